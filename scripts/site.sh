#!/usr/bin/env bash
# From a fresh clone to the documentation as a site that is read offline: environment, notebooks run, pages.
# usage: bash scripts/site.sh [FOLDER]     default: build/site
folder=$(realpath -m "${1:-build/site}")
. "$(dirname "$0")/environment.sh" docs
python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs "$folder"
# a page that fetches a script, a style, a font or a picture from elsewhere is blank on a train
fetched='(<(script|img|iframe)[^>]*src|<link[^>]*rel="(stylesheet|preload|icon)"[^>]*href)="(https?:)?//|url\(.?(https?:)?//'
if grep --recursive --extended-regexp --include '*.html' --include '*.css' "$fetched" "$folder"; then
    echo "the site is not readable offline: see the lines above" >&2
    exit 1
fi
echo "$folder/index.html"

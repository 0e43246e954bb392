// Panel's sliders with a field give field and buttons no names: those who hear the page need them
const deep = (selector, root) => {
  const found = [...root.querySelectorAll(selector)];
  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) found.push(...deep(selector, element.shadowRoot));
  }
  return found;
};
const words = (element) => [...(element.shadowRoot?.children ?? [])]
  .filter((child) => !["STYLE", "LINK"].includes(child.tagName))
  .map((child) => child.textContent).join(" ").trim().replace(/:$/, "");
const name = () => {
  for (const spinner of deep(".bk-Spinner.slider-edit", document)) {
    const label = [...spinner.parentNode.children]
      .filter((other) => other !== spinner).map(words).join(" ").trim();
    const parts = { input: label, ".bk-spin-btn-up": `${label}, more`,
      ".bk-spin-btn-down": `${label}, less` };
    // its own label is empty and hidden
    spinner.shadowRoot?.querySelector("label")?.removeAttribute("for");
    for (const [selector, text] of Object.entries(parts)) {
      spinner.shadowRoot?.querySelector(selector)?.setAttribute("aria-label", text);
    }
  }
};
// what is folded away is not there before it is opened
setInterval(name, 500);

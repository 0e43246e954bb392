"""The recovery model of Chen and Chang (2021): description, kernels, tables, pictures, commands."""

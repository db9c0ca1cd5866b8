"""One file per page, each with `show()`. The folder is not called `pages`: Streamlit would serve its files by itself."""

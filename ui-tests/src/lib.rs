//! Mistakes and the messages they give: the cases are in `tests/`.

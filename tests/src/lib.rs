//! What users of mux rely on: the tests are in `tests/`.

//! Sizes that the hot path relies on.
#![allow(missing_docs)]

use attrflow::functions::{Returns, Stop};
use attrflow::{Evaluation, Value};

#[test]
fn values_are_small() {
    assert_eq!(size_of::<Value<'_>>(), 24);
    assert_eq!(size_of::<Stop<'_>>(), 16);
    assert_eq!(size_of::<Returns<'_>>(), 24);
    assert_eq!(size_of::<Evaluation<'_>>(), 32);
}

//! Where in a JSON text something stands.

use serde_json::value::RawValue;
use std::collections::HashMap;
use std::ops::Range;

/// The bytes of what a pointer (RFC 6901) leads to; nothing where it leads nowhere.
pub(super) fn range(text: &str, pointer: &str) -> Option<Range<usize>> {
    let start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let mut raw: &RawValue = serde_json::from_str(text.get(start..)?).ok()?;
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        raw = match segment.parse::<usize>() {
            Ok(index) if raw.get().starts_with('[') => {
                *serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok()?.get(index)?
            }
            _ => serde_json::from_str::<HashMap<String, &RawValue>>(raw.get()).ok()?.get(&segment).copied()?,
        };
    }
    // A raw value is a slice of the text that it was read from.
    let from = raw.get().as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    Some(from..from + raw.get().len())
}

/// The line, from 1, of what a pointer leads to, or of the nearest thing around it.
pub(super) fn line(text: &str, pointer: &str) -> Option<usize> {
    let mut pointer = pointer;
    loop {
        if let Some(range) = range(text, pointer) {
            return Some(1 + memchr::memchr_iter(b'\n', text.as_bytes().get(..range.start)?).count());
        }
        pointer = pointer.rsplit_once('/')?.0;
    }
}

/// The lines, from 1, of the elements of the list that a pointer leads to.
pub(super) fn lines(text: &str, pointer: &str) -> Vec<usize> {
    let list = range(text, pointer).and_then(|range| text.get(range)).unwrap_or_default();
    let elements: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
    let (mut line, mut from) = (1, 0);
    let place = |element: &&RawValue| element.get().as_ptr().addr().checked_sub(text.as_ptr().addr());
    let starts = elements.iter().filter_map(place);
    let lines = starts.map(|start| {
        line += memchr::memchr_iter(b'\n', text.as_bytes().get(from..start).unwrap_or_default()).count();
        from = start;
        line
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn pointers_lead_to_places() {
        let text = "\u{feff}{\"a/b\": [1,\n {\"c\": \"x\"}]}";
        assert_eq!(super::range(text, "/a~1b/1/c").and_then(|range| text.get(range)), Some("\"x\""));
        assert_eq!(super::line(text, "/a~1b/1/c"), Some(2));
        assert_eq!(super::line(text, "/a~1b/7"), Some(1));
        assert_eq!(super::lines(text, "/a~1b"), [1, 2]);
        assert_eq!(super::range(text, "/b"), None);
    }
}

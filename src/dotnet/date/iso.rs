//! The forms of ISO 8601: the usual ones at once, and the time behind a `T` in any text.

use super::digits::{fits, number_at};
use super::error::ParseDateError;
use super::finish::{Parts, Zone};
use super::offset::{take_fraction, take_offset};
use super::scan::Scan;
use super::value::offset_ticks;

/// The parts of `yyyy-MM-dd`, perhaps with `THH:mm:ss` and then perhaps with `Z` or an offset.
///
/// The rules for any text find the same in these forms, but they are most of what is parsed and
/// this is faster. Any other text is left to the rules.
pub(crate) fn plain(text: &str) -> Option<Parts> {
    let text = text.as_bytes();
    if !fits(text, b"0000-00-00") {
        return None;
    }
    let date = Parts {
        year: Some(number_at(text, 0, 4)),
        month: Some(number_at(text, 5, 7)),
        day: Some(number_at(text, 8, 10)),
        ..Parts::NONE
    };
    let (_, time) = text.split_at_checked(10)?;
    if time.is_empty() {
        return Some(date);
    }
    if !fits(time, b"T00:00:00") {
        return None;
    }
    let (_, zone) = time.split_at_checked(9)?;
    let zone = match *zone {
        [] => Zone::NONE,
        [b'Z'] => Zone::UTC,
        [sign @ (b'+' | b'-'), ref offset @ ..] if offset.len() == 5 && fits(offset, b"00:00") => {
            let minutes = number_at(offset, 3, 5);
            if minutes > 59 {
                return None;
            }
            Zone::ahead_by(offset_ticks(number_at(offset, 0, 2), minutes, sign == b'-'))
        }
        _ => return None,
    };
    Some(Parts {
        hour: Some(number_at(time, 1, 3)),
        minute: Some(number_at(time, 4, 6)),
        second: Some(number_at(time, 7, 9)),
        zone,
        ..date
    })
}

/// Reads the time of day behind the `T`, up to the end of the text, and adds it to the date.
///
/// Hour, minute and second have two digits each; the second, its fraction and the zone may be
/// missing. White space is allowed but for the inside of numbers and offsets.
pub(crate) fn time_behind_mark(scan: &mut Scan<'_>, date: Parts) -> Result<Parts, ParseDateError> {
    read_time(scan, date).filter(|_| only_wrapping_left(scan)).ok_or(ParseDateError::Mismatch)
}

fn read_time(scan: &mut Scan<'_>, mut parts: Parts) -> Option<Parts> {
    parts.hour = Some(two_digits(scan)?);
    scan.take(&[':'])?;
    parts.minute = Some(two_digits(scan)?);
    if scan.take(&[':']).is_some() {
        // A fraction stands right behind the second.
        parts.second = Some(take_two_digits(scan)?);
        if scan.take(&['.', ',']).is_some() {
            parts.fraction = take_fraction(scan)?;
        }
        scan.skip_white_space();
    }
    if matches!(scan.current(), Some('+' | '-')) {
        // `GMT` before the date stays a mark for UTC.
        parts.zone.ahead = Some(take_offset(scan)?);
    } else if scan.take(&['Z', 'z']).is_some() {
        parts.zone = Zone::UTC;
    }
    Some(parts)
}

/// Two digits with white space around them.
fn two_digits(scan: &mut Scan<'_>) -> Option<i32> {
    let number = take_two_digits(scan);
    scan.skip_white_space();
    number
}

/// Two digits behind white space.
fn take_two_digits(scan: &mut Scan<'_>) -> Option<i32> {
    scan.skip_white_space();
    Some(scan.take_digit()? * 10 + scan.take_digit()?)
}

/// Whether nothing is left but a closing number sign, nulls and white space before them.
fn only_wrapping_left(scan: &mut Scan<'_>) -> bool {
    scan.skip_white_space();
    if scan.current() == Some('#') && scan.take_wrapping() {
        // Only white space and nulls can follow. A null right behind the sign is nothing, but
        // after white space all of the rest must be nulls.
        scan.take(&['\0']);
        scan.skip_white_space();
    }
    scan.is_at_end() || (scan.current() == Some('\0') && scan.take_wrapping())
}

//! Amounts and days as French readers write them.

use chrono::{Datelike as _, NaiveDate};

/// An amount excluding tax: `312 000 € HT`, `1 234,50 € HT`.
pub(crate) fn euros(cents: i64) -> String {
    let (whole, rest) = (grouped(cents / 100), cents % 100);
    if rest == 0 { format!("{whole} € HT") } else { format!("{whole},{rest:02} € HT") }
}

/// A whole number by thousands: `1 000 000`.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A day: `22 août 2026`, `1er janvier 2026`.
pub(crate) fn day(day: NaiveDate) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let first = if day.day() == 1 { "er" } else { "" };
    format!("{}{first} {} {}", day.day(), MONTHS[day.month0() as usize], day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_french_write() {
        assert_eq!(euros(31_200_000), "312 000 € HT");
        assert_eq!(euros(123_450), "1 234,50 € HT");
        assert_eq!(euros(99_900), "999 € HT");
        assert_eq!(grouped(5_404_000), "5 404 000");
        let said = |text: &str| day(text.parse().expect("a day"));
        assert_eq!(said("2026-08-22"), "22 août 2026");
        assert_eq!(said("2026-01-01"), "1er janvier 2026");
    }
}

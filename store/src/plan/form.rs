//! Values as the texts of a form, in en-US: what `validateUpdateListItem` takes.

use serde_json::{Value, json};

use crate::model::{Choices, Field, FieldKind, FieldValue, List, SystemProperty, WrongValue};

/// The users that a text names: `[{'Key':'i:0#.f|membership|ann@example.test'}]` names one.
pub type FindUser<'a> = &'a dyn Fn(&str) -> Option<i64>;

impl List {
    /// Reads a form's text for a field: the field's position and the value, or nothing where the text says what
    /// every item has anyway. An error is a sentence for a person.
    ///
    /// # Errors
    /// Where the list has no such field, or it cannot hold the value.
    pub fn read_form_text(
        &self,
        name: &str,
        text: Option<&str>,
        find_user: FindUser<'_>,
    ) -> Result<Option<(usize, FieldValue)>, String> {
        let text = text.unwrap_or_default();
        let Some(at) = self.fields.iter().position(|f| f.internal_name.eq_ignore_ascii_case(name)) else {
            return match name {
                "ContentType" if text == "Item" => Ok(None),
                "ContentTypeId" if SystemProperty::ContentTypeId.fits_new_item(&text.into()) => Ok(None),
                _ if SystemProperty::is_reserved(name) => {
                    Err("The column cannot be updated. It is read-only.".into())
                }
                _ => {
                    Err(format!("Column '{name}' does not exist. It may have been deleted by another user."))
                }
            };
        };
        let field = &self.fields[at];
        if field.read_only {
            return Err("The column cannot be updated. It is read-only.".into());
        }
        let value = if text.is_empty() { Value::Null } else { json_of(field, text, find_user)? };
        let value = field.read(&value).map_err(|wrong| told(&wrong))?;
        if field.required && value == FieldValue::null() {
            return Err("You can't leave this blank.".into());
        }
        Ok(Some((at, value)))
    }
}

fn told(wrong: &WrongValue) -> String {
    format!("Invalid value: {wrong}.")
}

/// The text as the JSON that the field reads.
fn json_of(field: &Field, text: &str, find_user: FindUser<'_>) -> Result<Value, String> {
    if let FieldKind::Choice(Choices { choices, fill_in: false }) = &field.kind
        && !choices.iter().any(|choice| choice == text)
    {
        return Err("The choice is not one of those that the column has.".into());
    }
    Ok(match field.kind.name() {
        "Number" | "Integer" | "Currency" => number(text)?.into(),
        "Boolean" => boolean(text)?.into(),
        "DateTime" => date(text)?.into(),
        "MultiChoice" => text.split(";#").filter(|t| !t.is_empty()).collect::<Vec<_>>().into(),
        "Lookup" => ids(text)?.first().copied().into(),
        "LookupMulti" => ids(text)?.into(),
        "User" => users(text, find_user)?.first().copied().into(),
        "UserMulti" => users(text, find_user)?.into(),
        "URL" => {
            let (url, description) = text.split_once(", ").unwrap_or((text, text));
            json!({"Url": url.trim(), "Description": description.trim()})
        }
        _ => text.into(),
    })
}

/// `1,234.5`; commas stand between groups of three digits only.
fn number(text: &str) -> Result<String, String> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = groups.clone().next().is_some();
    let right = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    if fraction.contains(',') || grouped && !((1..=3).contains(&first.len()) && groups.all(right)) {
        return Err("Only numbers can go here.".into());
    }
    let plain = text.replace(',', "");
    match crate::model::parse_number(&plain) {
        Some(number) if number.is_finite() => Ok(plain),
        _ => Err("Only numbers can go here.".into()),
    }
}

fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" => Ok(true),
        "0" | "no" | "false" => Ok(false),
        _ => Err("Enter Yes or No.".into()),
    }
}

/// `6/23/2018 10:15 PM` and ISO 8601, as ISO 8601.
fn date(text: &str) -> Result<String, String> {
    let text = text.trim();
    let wrong = || "Enter a date like this: 2/23/2012".to_owned();
    if odata::Timestamp::parse_iso(text).is_ok() {
        return Ok(text.to_owned());
    }
    let (day, time) = text.split_once(' ').unwrap_or((text, ""));
    let numbers = |text: &str, mark| {
        let read =
            |part: &str| Some(part).filter(|p| p.bytes().all(|b| b.is_ascii_digit()))?.parse::<u32>().ok();
        text.split(mark).map(read).collect::<Option<Vec<u32>>>().ok_or_else(wrong)
    };
    let [month, day, year] = numbers(day, '/')?[..] else { return Err(wrong()) };
    let time = time.trim().to_ascii_uppercase();
    let half = ["AM", "PM"].into_iter().find(|half| time.ends_with(half));
    let clock = half.map_or(time.as_str(), |half| time.trim_end_matches(half).trim_end());
    let (hour, minute, second) = match numbers(if clock.is_empty() { "0:0" } else { clock }, ':')?[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return Err(wrong()),
    };
    let hour = match half {
        Some(_) if clock.is_empty() || !(1..=12).contains(&hour) => return Err(wrong()),
        Some("PM") => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    let iso = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    odata::Timestamp::parse_iso(&iso).map(|_| iso).map_err(|_| wrong())
}

/// `5`, `5;#Text`, `5;#Text;#6;#Text`: every other part is an Id.
fn ids(text: &str) -> Result<Vec<i64>, String> {
    let ids = text.split(";#").step_by(2).filter(|t| !t.is_empty()).map(|t| t.trim().parse::<i64>());
    ids.collect::<Result<_, _>>().map_err(|_| "The value is no Id of an item.".into())
}

/// `[{'Key':'login'}]`, in quotes of either kind; an Id as lookups have them.
fn users(text: &str, find_user: FindUser<'_>) -> Result<Vec<i64>, String> {
    if !text.trim_start().starts_with('[') {
        return ids(text);
    }
    let read = |text: &str| serde_json::from_str::<Vec<Value>>(text).ok();
    let people =
        read(text).or_else(|| read(&text.replace('\'', "\""))).ok_or("The value is no list of people.")?;
    let id = |person: &Value| {
        let key = person.get("Key").and_then(Value::as_str).unwrap_or_default();
        find_user(key).ok_or_else(|| format!("The user '{key}' does not exist or is not unique."))
    };
    people.iter().map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_in_the_united_states_and_as_iso() {
        for (text, iso) in [
            ("6/23/2018 10:15 PM", "2018-06-23T22:15:00Z"),
            ("06/03/2018 12:05 am", "2018-06-03T00:05:00Z"),
            ("6/23/2018 12:00:30 PM", "2018-06-23T12:00:30Z"),
            ("6/23/2018", "2018-06-23T00:00:00Z"),
            ("6/23/2018 22:15", "2018-06-23T22:15:00Z"),
            ("2018-06-23T22:15:00Z", "2018-06-23T22:15:00Z"),
            ("2018-06-23", "2018-06-23"),
        ] {
            assert_eq!(date(text).as_deref(), Ok(iso), "{text}");
        }
        for text in [
            "23/6/2018",
            "6/31/2018",
            "6/23",
            "6/23/2018 13:00 PM",
            "6/23/2018 PM",
            "soon",
            "/",
            "6/23/2018 x",
        ] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_may_have_groups() {
        assert_eq!(number("1,234.5").as_deref(), Ok("1234.5"));
        assert_eq!(number(" -12,345 ").as_deref(), Ok("-12345"));
        assert_eq!(number("12").as_deref(), Ok("12"));
        for text in ["1,2", ",123", "1,234,5", "twelve", "1e999", "", "1.2,3"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ids_and_people_are_read_from_their_texts() {
        assert_eq!(ids("5;#North;#6;#South"), Ok(vec![5, 6]));
        assert!(ids("North").is_err());
        let find = |login: &str| (login == "ann").then_some(7);
        assert_eq!(users("[{'Key':'ann'}]", &find), Ok(vec![7]));
        assert_eq!(users(r#"[{"Key":"ann"}]"#, &find), Ok(vec![7]));
        assert!(users("[{'Key':'bob'}]", &find).is_err());
        assert!(users("[", &find).is_err());
    }
}

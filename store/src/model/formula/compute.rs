//! What a formula gives for an item.

use std::cmp::Ordering;

use formualizer_parse::BinaryOperator;
use odata::Timestamp;

use super::{
    super::{FieldKind, FieldValue, fold},
    Output,
    expr::{Expr, Function},
};

/// How many UTF-16 units a text result may have, as a Text field's value.
const TEXT_MAX: usize = 255;

/// How many bytes a text on the way to the result may have.
const INNER_MAX: usize = 1 << 16;

const DAY: f64 = 86_400.0;

#[derive(Clone)]
pub(super) enum Value {
    Blank,
    Number(f64),
    Text(String),
    Boolean(bool),
    /// Seconds since 1970.
    Time(i64),
}

impl Value {
    /// A field's value.
    fn of(kind: &FieldKind, json: &str) -> Option<Self> {
        Some(match serde_json::from_str(json).ok()? {
            serde_json::Value::Null => Self::Blank,
            serde_json::Value::Bool(b) => Self::Boolean(b),
            serde_json::Value::Number(n) => Self::Number(n.as_f64()?),
            serde_json::Value::String(text) if matches!(kind, FieldKind::DateTime { .. }) => {
                Self::Time(Timestamp::parse_iso(&text).ok()?.unix())
            }
            serde_json::Value::String(text) => Self::Text(text),
            _ => return None,
        })
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Blank => Some(0.0),
            Self::Number(n) => Some(*n),
            Self::Boolean(b) => Some(f64::from(u8::from(*b))),
            Self::Text(_) | Self::Time(_) => None,
        }
    }

    fn truth(&self) -> Option<bool> {
        self.number().map(|n| n != 0.0)
    }

    fn text(self) -> Option<String> {
        Some(match self {
            Self::Blank => String::new(),
            Self::Number(n) => FieldValue::number(n).json,
            Self::Text(text) => text,
            Self::Boolean(b) => if b { "TRUE" } else { "FALSE" }.into(),
            Self::Time(unix) => Timestamp::from_unix(unix)?.to_string(),
        })
    }

    fn finite(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Number(number))
    }

    pub(super) fn give(self, output: Output) -> Option<FieldValue> {
        if matches!(self, Self::Blank) {
            return None;
        }
        match output {
            Output::Text => {
                let text = self.text()?;
                (text.encode_utf16().count() <= TEXT_MAX).then(|| FieldValue::text(&text))
            }
            Output::Number => self.number().map(FieldValue::number),
            Output::Boolean => self.truth().map(FieldValue::boolean),
            Output::DateTime => match self {
                Self::Time(unix) => Timestamp::from_unix(unix).map(FieldValue::time),
                _ => None,
            },
        }
    }
}

pub(super) type Held<'h, 'a> = dyn Fn(&str) -> Option<(&'a FieldKind, &'a str)> + 'h;

impl Expr {
    pub(super) fn value(&self, held: &Held<'_, '_>) -> Option<Value> {
        match self {
            Self::Constant(value) => Some(value.clone()),
            Self::Field(name) => held(name).and_then(|(kind, json)| Value::of(kind, json)),
            Self::Negated(inner) => Value::finite(-inner.value(held)?.number()?),
            Self::Binary(op, left, right) => binary(*op, left.value(held)?, right.value(held)?),
            Self::Call(function, args) => call(*function, args, held),
        }
    }
}

fn binary(op: BinaryOperator, left: Value, right: Value) -> Option<Value> {
    Some(Value::Boolean(match op {
        BinaryOperator::Concat => return concatenated([left, right].into_iter().map(Some)),
        BinaryOperator::Equal => compare(left, right) == Some(Ordering::Equal),
        BinaryOperator::NotEqual => compare(left, right) != Some(Ordering::Equal),
        BinaryOperator::Less => compare(left, right)?.is_lt(),
        BinaryOperator::LessEqual => compare(left, right)?.is_le(),
        BinaryOperator::Greater => compare(left, right)?.is_gt(),
        BinaryOperator::GreaterEqual => compare(left, right)?.is_ge(),
        _ => return arithmetic(op, &left, &right),
    }))
}

/// Points in time count in days, as Excel's do.
fn arithmetic(op: BinaryOperator, left: &Value, right: &Value) -> Option<Value> {
    match (op, left, right) {
        (BinaryOperator::Subtract, Value::Time(a), Value::Time(b)) => {
            Value::finite(a.checked_sub(*b)? as f64 / DAY)
        }
        (BinaryOperator::Add, Value::Time(time), days) | (BinaryOperator::Add, days, Value::Time(time)) => {
            later(*time, days.number()?)
        }
        (BinaryOperator::Subtract, Value::Time(time), days) => later(*time, -days.number()?),
        _ => {
            let (left, right) = (left.number()?, right.number()?);
            Value::finite(match op {
                BinaryOperator::Add => left + right,
                BinaryOperator::Subtract => left - right,
                BinaryOperator::Multiply => left * right,
                BinaryOperator::Divide => left / right,
                _ => return None,
            })
        }
    }
}

fn later(unix: i64, days: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "what is too large is no point in time afterwards")]
    let seconds = (days * DAY).round() as i64;
    Some(Value::Time(unix.checked_add(seconds)?))
}

/// `None` for values of two types, of which neither is less. What is blank is 0, no text or no.
fn compare(left: Value, right: Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Some(fold(&a).cmp(&fold(&b))),
        (Value::Text(a), Value::Blank) => Some(a.as_str().cmp("")),
        (Value::Blank, Value::Text(b)) => Some("".cmp(b.as_str())),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(&b)),
        (Value::Number(_), Value::Boolean(_)) | (Value::Boolean(_), Value::Number(_)) => None,
        (a, b) => a.number()?.partial_cmp(&b.number()?),
    }
}

fn concatenated(values: impl Iterator<Item = Option<Value>>) -> Option<Value> {
    let mut all = String::new();
    for value in values {
        all.push_str(&value?.text()?);
        if all.len() > INNER_MAX {
            return None;
        }
    }
    Some(Value::Text(all))
}

fn call(function: Function, args: &[Expr], held: &Held<'_, '_>) -> Option<Value> {
    let value = |at: usize| args.get(at).and_then(|arg| arg.value(held));
    let text = |at: usize| value(at).and_then(Value::text);
    let number = |at: usize| value(at).and_then(|v| v.number());
    let all = || args.iter().map(|arg| arg.value(held));
    let truths = || all().map(|v| v?.truth()).collect::<Option<Vec<bool>>>();
    match function {
        Function::If if value(0)?.truth()? => value(1),
        Function::If if args.len() == 2 => Some(Value::Boolean(false)),
        Function::If => value(2),
        Function::And => Some(Value::Boolean(truths()?.into_iter().all(|b| b))),
        Function::Or => Some(Value::Boolean(truths()?.into_iter().any(|b| b))),
        Function::Not => Some(Value::Boolean(!value(0)?.truth()?)),
        Function::Concatenate => concatenated(all()),
        Function::Left | Function::Right => {
            let text = text(0)?;
            let count = if args.len() > 1 { number(1).filter(|n| *n >= 0.0)? } else { 1.0 };
            let length = text.chars().count();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at least 0, and cut"
            )]
            let count = (count as usize).min(length);
            Some(Value::Text(match function {
                Function::Left => text.chars().take(count).collect(),
                _ => text.chars().skip(length - count).collect(),
            }))
        }
        Function::Len => Some(Value::Number(text(0)?.chars().count() as f64)),
        Function::Upper => Some(Value::Text(text(0)?.to_uppercase())),
        Function::Lower => Some(Value::Text(text(0)?.to_lowercase())),
        Function::Round => {
            let digits = number(1).filter(|d| d.abs() <= 15.0)?.trunc();
            let (number, scale) = (number(0)?, 10f64.powf(digits.abs()));
            Value::finite(if digits < 0.0 {
                (number / scale).round() * scale
            } else {
                (number * scale).round() / scale
            })
        }
        Function::Abs => Some(Value::Number(number(0)?.abs())),
        Function::Min | Function::Max => {
            let numbers = all().map(|v| v?.number()).collect::<Option<Vec<f64>>>()?;
            let pick = if matches!(function, Function::Min) { f64::min } else { f64::max };
            numbers.into_iter().reduce(pick).map(Value::Number)
        }
        Function::IsBlank => Some(Value::Boolean(matches!(value(0)?, Value::Blank))),
    }
}

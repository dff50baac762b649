//! Parses filters: precedence climbing, with a limit on nesting.

use super::token::{Problem, Token, Tokens};
use super::{Comparison, DatePart, Expr, FilterError, MAX_DEPTH, TextMatch};
use crate::excerpt::excerpt;
use crate::query::Property;
use crate::{Literal, Span};

const OPERATORS: [(&str, Comparison); 6] = [
    ("eq", Comparison::Equal),
    ("ne", Comparison::NotEqual),
    ("lt", Comparison::Less),
    ("le", Comparison::LessOrEqual),
    ("gt", Comparison::Greater),
    ("ge", Comparison::GreaterOrEqual),
];
const EXPECTED_OPERATOR: &str = "expected a comparison operator (eq, ne, lt, le, gt, ge) or in";
const ENDS_EARLY: &str = "the text ends too early";

/// Parses a filter's text.
pub(super) fn parse_filter(text: &str) -> Result<Expr, FilterError> {
    let parse = || {
        let mut tokens = Tokens::new(text);
        let (token, span) = tokens.next()?;
        let mut parser = Parser { tokens, token, span };
        let expr = parser.or(0)?;
        match parser.token {
            Token::End => Ok(expr),
            _ => Err(parser.expected("'and', 'or' or the end of the text")),
        }
    };
    parse().map_err(|(reason, span)| FilterError { expression: excerpt(text), reason, span })
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    /// The token that comes next, and where it stands.
    token: Token<'a>,
    span: Span,
}

/// One side of a comparison.
enum Operand {
    Property(Property),
    Literal(Literal, Span),
    Text { property: Property, matching: TextMatch, text: String },
    Part(DatePart, Property),
}

impl<'a> Parser<'a> {
    fn or(&mut self, depth: usize) -> Result<Expr, Problem> {
        let first = self.and(depth)?;
        if !self.at_word("or") {
            return Ok(first);
        }
        let mut members = vec![first];
        while self.take_word("or")? {
            members.push(self.and(depth)?);
        }
        let flat = members.into_iter().flat_map(|member| match member {
            Expr::Or(inner) => inner,
            other => vec![other],
        });
        Ok(Expr::Or(flat.collect()))
    }

    fn and(&mut self, depth: usize) -> Result<Expr, Problem> {
        let first = self.not(depth)?;
        if !self.at_word("and") {
            return Ok(first);
        }
        let mut members = vec![first];
        while self.take_word("and")? {
            members.push(self.not(depth)?);
        }
        let flat = members.into_iter().flat_map(|member| match member {
            Expr::And(inner) => inner,
            other => vec![other],
        });
        Ok(Expr::And(flat.collect()))
    }

    fn not(&mut self, depth: usize) -> Result<Expr, Problem> {
        if !self.take_word("not")? {
            return match self.token {
                Token::Mark('(') => self.parentheses(self.deeper(depth)?),
                _ => self.comparison(depth),
            };
        }
        // `not (` counts once, so that what is printed is nested no deeper than what was read.
        let depth = self.deeper(depth)?;
        let inner = match self.token {
            Token::Mark('(') => self.parentheses(depth)?,
            _ => self.not(depth)?,
        };
        Ok(Expr::Not(Box::new(inner)))
    }

    fn parentheses(&mut self, depth: usize) -> Result<Expr, Problem> {
        self.advance()?;
        let expr = self.or(depth)?;
        if !self.take_mark(')')? {
            return Err(self.expected("'and', 'or' or ')'"));
        }
        match self.operator() {
            Some(_) => Err(("an expression in parentheses cannot be compared".to_owned(), self.span)),
            None => Ok(expr),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, Problem> {
        if depth < MAX_DEPTH {
            return Ok(depth + 1);
        }
        Err((format!("parentheses and 'not' are nested deeper than {MAX_DEPTH}"), self.span))
    }

    fn comparison(&mut self, depth: usize) -> Result<Expr, Problem> {
        let left = self.operand()?;
        if self.at_word("in") {
            return self.within(left);
        }
        let Some(comparison) = self.operator() else {
            return match left {
                Operand::Text { property, matching, text } => Ok(Expr::Text { property, matching, text }),
                Operand::Property(property) if self.ends_comparison() => Ok(Expr::Holds(property)),
                _ => Err((EXPECTED_OPERATOR.to_owned(), self.span)),
            };
        };
        let operator_span = self.span;
        self.advance()?;
        let right = self.operand()?;
        match (left, right) {
            (Operand::Property(property), Operand::Literal(value, span)) => {
                Ok(Expr::Compare { property, comparison, value, span })
            }
            (Operand::Literal(value, span), Operand::Property(property)) => {
                Ok(Expr::Compare { property, comparison: turned(comparison), value, span })
            }
            (Operand::Text { property, matching, text }, Operand::Literal(value, span))
            | (Operand::Literal(value, span), Operand::Text { property, matching, text }) => {
                let found = Expr::Text { property, matching, text };
                match (comparison, truth(&value)) {
                    (Comparison::Equal, Some(true)) | (Comparison::NotEqual, Some(false)) => Ok(found),
                    (Comparison::Equal, Some(false)) | (Comparison::NotEqual, Some(true)) => {
                        // Counts, because it is printed with `not`.
                        self.deeper(depth)?;
                        Ok(Expr::Not(Box::new(found)))
                    }
                    (Comparison::Equal | Comparison::NotEqual, None) => {
                        Err(("a function gives true or false".to_owned(), span))
                    }
                    _ => Err(("a function is compared with eq and ne only".to_owned(), operator_span)),
                }
            }
            (Operand::Part(part, property), Operand::Literal(value, span)) => {
                Ok(Expr::Part { part, property, comparison, value: whole(&value, span)? })
            }
            (Operand::Literal(value, span), Operand::Part(part, property)) => {
                Ok(Expr::Part { part, property, comparison: turned(comparison), value: whole(&value, span)? })
            }
            (Operand::Part(..), _) | (_, Operand::Part(..)) => {
                Err(("a part of a date is compared with a whole number only".to_owned(), operator_span))
            }
            (Operand::Literal(..), Operand::Literal(..)) => {
                Err(("two values are compared; one side must be a property".to_owned(), operator_span))
            }
            (Operand::Property(_), Operand::Property(_)) => {
                Err(("two properties are compared; one side must be a value".to_owned(), operator_span))
            }
            _ => Err(("a function is compared with true and false only".to_owned(), operator_span)),
        }
    }

    /// The list of literals after `in`, which comes next.
    fn within(&mut self, left: Operand) -> Result<Expr, Problem> {
        let Operand::Property(property) = left else {
            return Err(("'in' stands after a property only".to_owned(), self.span));
        };
        self.advance()?;
        self.mark('(')?;
        let mut values = Vec::new();
        loop {
            let Token::Literal(value) = &self.token else { return Err(self.expected("a value")) };
            values.push((value.clone(), self.span));
            self.advance()?;
            if self.take_mark(')')? {
                break;
            }
            if !self.take_mark(',')? {
                return Err(self.expected("',' or ')'"));
            }
        }
        match self.operator() {
            Some(_) => Err(("a list of values cannot be compared".to_owned(), self.span)),
            None => Ok(Expr::In { property, values }),
        }
    }

    fn operand(&mut self) -> Result<Operand, Problem> {
        match self.token {
            Token::Literal(ref value) => {
                let operand = Operand::Literal(value.clone(), self.span);
                self.advance()?;
                Ok(operand)
            }
            Token::Word(word) if !is_reserved(word) => {
                let span = self.span;
                self.advance()?;
                match self.token {
                    Token::Mark('(') => self.call(word, span),
                    _ => self.path(word, span).map(Operand::Property),
                }
            }
            _ => Err(self.expected("a value or a property")),
        }
    }

    /// A function whose name is taken.
    fn call(&mut self, name: &str, span: Span) -> Result<Operand, Problem> {
        if let Some(part) = DatePart::ALL.into_iter().find(|part| part.name() == name) {
            self.advance()?;
            let property = self.property()?;
            self.mark(')')?;
            return Ok(Operand::Part(part, property));
        }
        let (matching, property_first) = match name {
            "startswith" => (TextMatch::Start, true),
            "endswith" => (TextMatch::End, true),
            "substringof" => (TextMatch::Anywhere, false),
            "contains" => (TextMatch::Anywhere, true),
            _ => return Err((format!("there is no function '{}'", excerpt(name)), span)),
        };
        self.advance()?;
        let (property, text);
        if property_first {
            property = self.property()?;
            self.mark(',')?;
            text = self.text()?;
        } else {
            text = self.text()?;
            self.mark(',')?;
            property = self.property()?;
        }
        self.mark(')')?;
        Ok(Operand::Text { property, matching, text })
    }

    fn property(&mut self) -> Result<Property, Problem> {
        match self.token {
            Token::Word(word) if !is_reserved(word) => {
                let span = self.span;
                self.advance()?;
                self.path(word, span)
            }
            _ => Err(self.expected("a property")),
        }
    }

    /// A property whose first name is taken.
    fn path(&mut self, first: &str, mut span: Span) -> Result<Property, Problem> {
        let mut path = vec![first.to_owned()];
        while self.take_mark('/')? {
            match self.token {
                Token::Word(word) => path.push(word.to_owned()),
                _ => return Err(self.expected("a property")),
            }
            span.end = self.span.end;
            self.advance()?;
        }
        Ok(Property { path, span })
    }

    fn text(&mut self) -> Result<String, Problem> {
        match &self.token {
            Token::Literal(Literal::String(text)) => {
                let text = text.clone();
                self.advance()?;
                Ok(text)
            }
            _ => Err(self.expected("a text in apostrophes")),
        }
    }

    fn mark(&mut self, mark: char) -> Result<(), Problem> {
        if self.take_mark(mark)? { Ok(()) } else { Err(self.expected(&format!("'{mark}'"))) }
    }

    fn operator(&self) -> Option<Comparison> {
        let Token::Word(word) = self.token else { return None };
        OPERATORS.iter().find(|(name, _)| *name == word).map(|(_, comparison)| *comparison)
    }

    /// Whether what comes next may stand after a whole comparison.
    fn ends_comparison(&self) -> bool {
        matches!(self.token, Token::End | Token::Mark(')') | Token::Word("and" | "or"))
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.token, Token::Word(found) if found == word)
    }

    fn take_word(&mut self, word: &str) -> Result<bool, Problem> {
        self.take_if(self.at_word(word))
    }

    fn take_mark(&mut self, mark: char) -> Result<bool, Problem> {
        self.take_if(matches!(self.token, Token::Mark(found) if found == mark))
    }

    fn take_if(&mut self, taken: bool) -> Result<bool, Problem> {
        if taken {
            self.advance()?;
        }
        Ok(taken)
    }

    fn advance(&mut self) -> Result<(), Problem> {
        (self.token, self.span) = self.tokens.next()?;
        Ok(())
    }

    /// The problem that something else stands here than what is expected.
    fn expected(&self, what: &str) -> Problem {
        let reason = match &self.token {
            Token::End => ENDS_EARLY.to_owned(),
            Token::Mark(mark) => format!("unexpected '{mark}', expected {what}"),
            Token::Word(word) => format!("unexpected '{}', expected {what}", excerpt(word)),
            Token::Literal(_) => format!("expected {what}"),
        };
        (reason, self.span)
    }
}

/// The comparison with its sides exchanged.
fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::Equal,
        Comparison::NotEqual => Comparison::NotEqual,
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}

/// What a literal says as a truth value: `true`, `1`, `false`, `0`.
fn truth(value: &Literal) -> Option<bool> {
    match value {
        Literal::Boolean(value) => Some(*value),
        Literal::Integer(0) => Some(false),
        Literal::Integer(1) => Some(true),
        _ => None,
    }
}

/// The whole number that a part of a date is compared with.
fn whole(value: &Literal, span: Span) -> Result<i64, Problem> {
    match value {
        Literal::Integer(value) => Ok(*value),
        _ => Err(("a part of a date is compared with a whole number only".to_owned(), span)),
    }
}

fn is_reserved(word: &str) -> bool {
    matches!(word, "and" | "or" | "not") || OPERATORS.iter().any(|(name, _)| *name == word)
}

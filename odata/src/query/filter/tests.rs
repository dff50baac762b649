//! Tests of filters. As any filter survives printing (a property below), a filter's plainest print
//! stands for its tree.

use proptest::prelude::*;

use super::*;
use crate::literal::tests::any_literal;
use crate::{Timestamp, Uuid};

#[track_caller]
fn check(text: &str, printed: &str) {
    assert_eq!(Expr::parse(text).map(|expr| expr.to_string()).as_deref(), Ok(printed), "{text}");
}

#[track_caller]
fn check_error(text: &str, reason: &str, span: std::ops::Range<usize>) {
    let error = Expr::parse(text).expect_err(text);
    assert_eq!((error.reason.as_str(), error.span.start..error.span.end), (reason, span), "{text}");
    assert_eq!(error.expression, crate::excerpt::excerpt(text));
}

fn property(path: &[&str]) -> Property {
    Property { path: path.iter().map(|&name| name.to_owned()).collect(), span: Span::default() }
}

fn compare(name: &str, comparison: Comparison, value: Literal) -> Expr {
    Expr::Compare { property: property(&[name]), comparison, value, span: Span::default() }
}

#[test]
fn comparisons() {
    for (operator, comparison, turned) in [
        ("eq", Comparison::Equal, Comparison::Equal),
        ("ne", Comparison::NotEqual, Comparison::NotEqual),
        ("lt", Comparison::Less, Comparison::Greater),
        ("le", Comparison::LessOrEqual, Comparison::GreaterOrEqual),
        ("gt", Comparison::Greater, Comparison::Less),
        ("ge", Comparison::GreaterOrEqual, Comparison::LessOrEqual),
    ] {
        let five = || Literal::Integer(5);
        assert_eq!(Expr::parse(&format!("Id {operator} 5")), Ok(compare("Id", comparison, five())));
        assert_eq!(Expr::parse(&format!(" 5\t{operator}  Id ")), Ok(compare("Id", turned, five())));
    }
}

#[test]
fn literals() {
    let guid = Uuid::from_u128(0xab);
    let day = |text| Literal::DateTime(Timestamp::parse_iso(text).unwrap());
    for (text, value) in [
        ("null", Literal::Null),
        ("true", Literal::Boolean(true)),
        ("false", Literal::Boolean(false)),
        ("-5", Literal::Integer(-5)),
        ("5L", Literal::Integer(5)),
        ("5l", Literal::Integer(5)),
        ("9223372036854775808", Literal::Number(9_223_372_036_854_775_808.0)),
        ("4.50", Literal::Number(4.5)),
        ("-4M", Literal::Number(-4.0)),
        ("4.5f", Literal::Number(4.5)),
        ("4D", Literal::Number(4.0)),
        ("1e3", Literal::Number(1000.0)),
        ("1E-3", Literal::Number(0.001)),
        ("''", Literal::String(String::new())),
        ("'Bob''s and ''x'''", Literal::String("Bob's and 'x'".to_owned())),
        ("'ü eq (1)'", Literal::String("ü eq (1)".to_owned())),
        ("datetime'2024-05-01T08:00:00Z'", day("2024-05-01T08:00:00Z")),
        ("DateTime'2024-05-01'", day("2024-05-01")),
        ("guid'000000ab-0000-0000-0000-000000000000'", Literal::Guid(Uuid::from_u128(0xab << 96))),
        ("GUID'{00000000-0000-0000-0000-0000000000AB}'", Literal::Guid(guid)),
    ] {
        assert_eq!(
            Expr::parse(&format!("X eq {text}")),
            Ok(compare("X", Comparison::Equal, value)),
            "{text}"
        );
    }
}

#[test]
fn precedence() {
    check("A eq 1 or B eq 2 and C eq 3", "A eq 1 or B eq 2 and C eq 3");
    check("(A eq 1 or B eq 2) and C eq 3", "(A eq 1 or B eq 2) and C eq 3");
    check("A eq 1 or (B eq 2 and C eq 3)", "A eq 1 or B eq 2 and C eq 3");
    check("((A eq 1)) and((B))", "A eq 1 and B");
    check("not A eq 1 and B eq 2", "not (A eq 1) and B eq 2");
    check("not (A eq 1 and B eq 2)", "not (A eq 1 and B eq 2)");
    check("not not(A eq 1)or not Done", "not not (A eq 1) or not Done");
    let [a, b, c] = ["A", "B", "C"].map(|name| Expr::Holds(property(&[name])));
    assert_eq!(
        Expr::parse("A or B and not C"),
        Ok(Expr::Or(vec![a, Expr::And(vec![b, Expr::Not(Box::new(c))])]))
    );
}

#[test]
fn and_and_or_are_flat() {
    let names = || ["A", "B", "C", "D"].map(|name| Expr::Holds(property(&[name]))).to_vec();
    for text in ["A or B or C or D", "(A or B) or (C or D)", "A or (B or (C or D))", "((A or B) or C) or D"] {
        assert_eq!(Expr::parse(text), Ok(Expr::Or(names())), "{text}");
        assert_eq!(Expr::parse(&text.replace("or", "and")), Ok(Expr::And(names())), "{text}");
    }
    let long = (0..5_000).map(|n| format!("Id eq {n}")).collect::<Vec<_>>();
    for operator in [" or ", " and "] {
        let text = long.join(operator);
        let expr = Expr::parse(&text).unwrap();
        let (Expr::Or(members) | Expr::And(members)) = &expr else { panic!("{operator}") };
        assert_eq!(members.len(), 5_000);
        assert_eq!(expr.to_string(), text);
    }
}

#[test]
fn properties() {
    let path = property(&["Author", "Title"]);
    assert_eq!(Expr::parse("Author/Title"), Ok(Expr::Holds(path)));
    check("Größe gt 1 and _x0031_st/eq", "Größe gt 1 and _x0031_st/eq");
    check("datetime eq 1 and guid", "datetime eq 1 and guid");
    check("True eq 1", "True eq 1");
    let Ok(Expr::Compare { property, span, .. }) = Expr::parse("  Author/Title eq 'x'") else { panic!() };
    assert_eq!((property.span.start, property.span.end), (2, 14));
    assert_eq!((span.start, span.end), (18, 21));
}

#[test]
fn functions() {
    check("startswith(Title,'x')", "startswith(Title,'x')");
    check("startswith( Author/Title , 'O''B' )", "startswith(Author/Title,'O''B')");
    check("substringof('x',Title)", "substringof('x',Title)");
    check("contains(Title,'x')", "substringof('x',Title)");
    check("endswith( Title ,'x')", "endswith(Title,'x')");
    check("endswith(Title,'x') eq false", "not endswith(Title,'x')");
    check("not startswith(Title,'x')", "not startswith(Title,'x')");
    for plain in ["{} eq true", "true eq {}", "{} ne false", "{} eq 1", "{} ne 0", "0 ne {}"] {
        check(&plain.replace("{}", "substringof('x',Title)"), "substringof('x',Title)");
    }
    for negated in ["{} eq false", "false eq {}", "{} ne true", "{} eq 0", "1 ne {}"] {
        check(&negated.replace("{}", "startswith(Title,'x')"), "not startswith(Title,'x')");
    }
    let matching = |text| match Expr::parse(text) {
        Ok(Expr::Text { matching, .. }) => matching,
        other => panic!("{other:?}"),
    };
    assert_eq!(matching("startswith(A,'x')"), TextMatch::Start);
    assert_eq!(matching("endswith(A,'x')"), TextMatch::End);
    assert_eq!(matching("substringof('x',A)"), TextMatch::Anywhere);
    assert_eq!(matching("contains(A,'x')"), TextMatch::Anywhere);
}

#[test]
fn parts_of_dates() {
    for part in ["year", "month", "day", "hour", "minute", "second"] {
        for operator in ["eq", "ne", "lt", "le", "gt", "ge"] {
            let text = format!("{part}(Due) {operator} -5");
            check(&text, &text);
        }
    }
    check("5  lt day( A/B )and not month(C) eq 1", "day(A/B) gt 5 and not (month(C) eq 1)");
    check("day eq 1 and year", "day eq 1 and year");
    let expected = Expr::Part {
        part: DatePart::Day,
        property: property(&["Due"]),
        comparison: Comparison::Equal,
        value: 7,
    };
    assert_eq!(Expr::parse("day(Due) eq 7L"), Ok(expected));
}

#[test]
fn lists_of_values() {
    check("A in('x' , 'O''B')", "A in ('x','O''B')");
    check("A/B in (1,-2,4.5)or not C in (null)", "A/B in (1,-2,4.5) or not (C in (null))");
    check("A in (true,datetime'2024-05-01') and B", "A in (true,datetime'2024-05-01T00:00:00Z') and B");
    check("in eq 1 and in in (1) and in", "in eq 1 and in in (1) and in");
    let Ok(Expr::In { property, values }) = Expr::parse(" A in (1, 'ü')") else { panic!() };
    assert_eq!((property.span.start, property.span.end), (1, 2));
    let spans: Vec<_> = values.iter().map(|(_, span)| (span.start, span.end)).collect();
    assert_eq!(spans, [(7, 8), (10, 13)]);
}

#[test]
fn errors_say_where_and_what() {
    const OPERATOR: &str = "expected a comparison operator (eq, ne, lt, le, gt, ge) or in";
    const EARLY: &str = "the text ends too early";
    for (text, reason, span) in [
        ("", EARLY, 0..0),
        ("Title eq", EARLY, 8..8),
        ("Title eq 'a' or", EARLY, 15..15),
        ("(A eq 1", EARLY, 7..7),
        ("not", EARLY, 3..3),
        ("startswith(Title", EARLY, 16..16),
        ("Title foo 'x'", OPERATOR, 6..9),
        ("Title = 'x'", "unexpected '='", 6..7),
        ("Title EQ 'x'", OPERATOR, 6..8),
        ("Title 'x'", OPERATOR, 6..9),
        ("'x'", OPERATOR, 3..3),
        ("true", OPERATOR, 4..4),
        ("Title eq )", "unexpected ')', expected a value or a property", 9..10),
        ("()", "unexpected ')', expected a value or a property", 1..2),
        ("eq eq 1", "unexpected 'eq', expected a value or a property", 0..2),
        ("A eq 1 and or B", "unexpected 'or', expected a value or a property", 11..13),
        ("A eq 1)", "unexpected ')', expected 'and', 'or' or the end of the text", 6..7),
        ("A eq 1 B eq 2", "unexpected 'B', expected 'and', 'or' or the end of the text", 7..8),
        ("A eq 1 AND B eq 2", "unexpected 'AND', expected 'and', 'or' or the end of the text", 7..10),
        ("A eq 1 eq true", "unexpected 'eq', expected 'and', 'or' or the end of the text", 7..9),
        ("(A eq 1, B)", "unexpected ',', expected 'and', 'or' or ')'", 7..8),
        ("(A eq 1) eq true", "an expression in parentheses cannot be compared", 9..11),
        ("1 eq 1", "two values are compared; one side must be a property", 2..4),
        ("A lt B", "two properties are compared; one side must be a value", 2..4),
        ("A eq startswith(B,'x')", "a function is compared with true and false only", 2..4),
        ("startswith(B,'x') gt true", "a function is compared with eq and ne only", 18..20),
        ("startswith(B,'x') eq 2", "a function gives true or false", 21..22),
        ("foo(Title)", "there is no function 'foo'", 0..3),
        ("A eq 1 and StartsWith(Title,'x')", "there is no function 'StartsWith'", 11..21),
        ("startswith('x',Title)", "expected a property", 11..14),
        ("substringof(Title,'x')", "unexpected 'Title', expected a text in apostrophes", 12..17),
        ("startswith(Title,5)", "expected a text in apostrophes", 17..18),
        ("startswith(Title 'x')", "expected ','", 17..20),
        ("startswith(Title,'x','y')", "unexpected ',', expected ')'", 20..21),
        ("day(A)", OPERATOR, 6..6),
        ("day(A) in (1)", "'in' stands after a property only", 7..9),
        ("'x' in ('x')", "'in' stands after a property only", 4..6),
        ("day(A) eq 1.5", "a part of a date is compared with a whole number only", 10..13),
        ("null eq day(A)", "a part of a date is compared with a whole number only", 0..4),
        ("day(A) eq B", "a part of a date is compared with a whole number only", 7..9),
        ("day(A) eq day(B)", "a part of a date is compared with a whole number only", 7..9),
        ("day('x') eq 1", "expected a property", 4..7),
        ("day(A,B) eq 1", "unexpected ',', expected ')'", 5..6),
        ("Day(A) eq 1", "there is no function 'Day'", 0..3),
        ("in(1)", "there is no function 'in'", 0..2),
        ("A in", EARLY, 4..4),
        ("A in 1", "expected '('", 5..6),
        ("A in ()", "unexpected ')', expected a value", 6..7),
        ("A in (B)", "unexpected 'B', expected a value", 6..7),
        ("A in (1", EARLY, 7..7),
        ("A in (1,)", "unexpected ')', expected a value", 8..9),
        ("A in (1 2)", "expected ',' or ')'", 8..9),
        ("A in (1) eq true", "a list of values cannot be compared", 9..11),
        ("A In (1)", OPERATOR, 2..4),
        // After a slash any word is a name, `eq` too.
        ("Author/ eq 1", OPERATOR, 11..12),
        ("A and /", "unexpected '/', expected a value or a property", 6..7),
        ("Author//Title eq 1", "unexpected '/', expected a property", 7..8),
        ("A eq 'x", "the closing apostrophe is missing", 5..7),
        ("A eq 'x''", "the closing apostrophe is missing", 5..9),
        ("A eq guid'x", "the closing apostrophe is missing", 5..11),
        ("ü eq guid'bad'", "the text in apostrophes is not a GUID", 5..14),
        ("A eq datetime'2024-13-01'", "the text in apostrophes is not a date and time", 5..25),
        ("A eq 1.2.3", "this is not a number", 5..10),
        ("A eq 5x", "this is not a number", 5..7),
        ("A eq 1e999", "this is not a number", 5..10),
        ("A eq -", "this is not a number", 5..6),
        ("A eq +5", "unexpected '+'", 5..6),
        ("A eq 1 & B", "unexpected '&'", 7..8),
        ("A eq \"x\"", "unexpected '\"'", 5..6),
        ("A\u{0}", "unexpected '\\u{0}'", 1..2),
        ("A eq €", "unexpected '€'", 5..6),
    ] {
        check_error(text, reason, span);
    }
    let message = Expr::parse("Title eq 'a' or )").unwrap_err().to_string();
    assert_eq!(
        message,
        "The expression \"Title eq 'a' or )\" is not valid. At position 17: unexpected ')', expected a value or a property."
    );
    let long = format!("{} eq", "ü".repeat(10_000));
    let error = Expr::parse(&long).unwrap_err();
    assert_eq!(error.expression.chars().count(), 201);
}

#[test]
fn nesting_has_a_limit() {
    let too_deep = format!("parentheses and 'not' are nested deeper than {MAX_DEPTH}");
    let nested = |depth: usize| format!("{}A eq 1{}", "(".repeat(depth), ")".repeat(depth));
    check(&nested(MAX_DEPTH), "A eq 1");
    for depth in [MAX_DEPTH + 1, 10_000, 100_000] {
        for text in
            [nested(depth), format!("{}A", "not ".repeat(depth)), "(not ".repeat(depth), "(".repeat(depth)]
        {
            assert_eq!(Expr::parse(&text).unwrap_err().reason, too_deep);
        }
    }
    // What is printed nests no deeper than what was read.
    for text in [
        format!("{}A eq 1", "not ".repeat(MAX_DEPTH)),
        format!("{}A eq 1{}", "not (".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH)),
        format!("{}startswith(A,'x') eq false", "not ".repeat(MAX_DEPTH - 1)),
        (0..MAX_DEPTH).fold("A eq 1".to_owned(), |inner, n| {
            format!("B {} ({inner})", if n % 2 == 0 { "and" } else { "or" })
        }),
    ] {
        let expr = Expr::parse(&text).unwrap();
        assert_eq!(Expr::parse(&expr.to_string()), Ok(expr));
    }
    let innermost = format!("{}startswith(A,'x') eq false", "not ".repeat(MAX_DEPTH));
    assert_eq!(Expr::parse(&innermost).unwrap_err().reason, too_deep);
}

fn any_property() -> impl Strategy<Value = Property> {
    let reserved = ["and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "true", "false", "null"];
    let name = "[a-zA-Z_ü名][a-zA-Z0-9_ü名]{0,6}"
        .prop_filter("reserved", move |name| !reserved.contains(&name.as_str()));
    proptest::collection::vec(name, 1..3).prop_map(|path| Property { path, span: Span::default() })
}

fn any_expr() -> impl Strategy<Value = Expr> {
    let comparison = proptest::sample::select(vec![
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    let matching = proptest::sample::select(vec![TextMatch::Start, TextMatch::End, TextMatch::Anywhere]);
    let part = proptest::sample::select(DatePart::ALL.to_vec());
    let leaf = prop_oneof![
        any_property().prop_map(Expr::Holds),
        (any_property(), comparison.clone(), any_literal()).prop_map(|(property, comparison, value)| {
            Expr::Compare { property, comparison, value, span: Span::default() }
        }),
        (part, any_property(), comparison, any::<i64>()).prop_map(|(part, property, comparison, value)| {
            Expr::Part { part, property, comparison, value }
        }),
        (any_property(), proptest::collection::vec(any_literal(), 1..4)).prop_map(|(property, values)| {
            Expr::In { property, values: values.into_iter().map(|value| (value, Span::default())).collect() }
        }),
        (any_property(), matching, ".{0,6}|['\\(\\) a]{0,6}")
            .prop_map(|(property, matching, text)| Expr::Text { property, matching, text }),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        let not_and = inner.clone().prop_filter("flat", |expr| !matches!(expr, Expr::And(_)));
        let not_or = inner.clone().prop_filter("flat", |expr| !matches!(expr, Expr::Or(_)));
        prop_oneof![
            proptest::collection::vec(not_and, 2..4).prop_map(Expr::And),
            proptest::collection::vec(not_or, 2..4).prop_map(Expr::Or),
            inner.prop_map(|expr| Expr::Not(Box::new(expr))),
        ]
    })
}

proptest! {
    #[test]
    fn any_filter_survives_printing(expr in any_expr()) {
        prop_assert_eq!(Expr::parse(&expr.to_string()), Ok(expr));
    }

    #[test]
    fn no_text_panics(text in ".*", close in "(A|eq|and|not|or|in|startswith|day|guid|[ ()',/0-9.eü-]){0,20}") {
        for text in [text, close] {
            if let Err(error) = Expr::parse(&text) {
                let Span { start, end } = error.span;
                prop_assert!(start <= end && end <= text.chars().count(), "{:?}", error);
            }
        }
    }
}

//! Tests of the parser.

use proptest::prelude::*;

use super::*;

fn field(name: &str) -> FieldRef {
    FieldRef { name: name.into(), lookup_id: false }
}

fn operand(text: &str) -> Operand {
    Operand { value: Value::Text(text.into()), include_time: false, is_integer: false }
}

fn compare(name: &str, operator: Operator, text: &str) -> Condition {
    Condition::Compare { field: field(name), operator, value: operand(text) }
}

/// The condition of a `<Where>`.
#[track_caller]
fn condition(inner: &str) -> Condition {
    View::parse(&format!("<View><Query><Where>{inner}</Where></Query></View>")).unwrap().filter.unwrap()
}

#[track_caller]
fn refused(xml: &str, reason: &str) {
    let found = View::parse(xml).unwrap_err().to_string();
    assert!(found.contains(reason), "{found}");
}

const EQ: &str = "<Eq><FieldRef Name='A'/><Value Type='Text'>x</Value></Eq>";

#[test]
fn a_whole_view_is_read() {
    let view = View::parse(
        "\u{feff}<?xml version='1.0'?><View Scope=\"RecursiveAll\"><Query><Where><Eq><FieldRef Name='Title' />\
         <Value Type='Text'>P &amp; <![CDATA[<101>]]></Value></Eq></Where><OrderBy Override='TRUE'>\
         <FieldRef Name='Modified' Ascending='False'/><FieldRef Name='ID'/></OrderBy></Query>\
         <ViewFields><FieldRef Name='Title'/><FieldRef Name=' OData__x0031_st '/></ViewFields>\
         <RowLimit Paged='TRUE'> 50 </RowLimit><Aggregations Value='On'/><QueryOptions/><Joins/></View>",
    )
    .unwrap();
    let key = |name: &str, direction| OrderKey { name: name.into(), direction };
    assert_eq!(
        view,
        View {
            filter: Some(compare("Title", Operator::Eq, "P & <101>")),
            order: vec![key("Modified", Direction::Descending), key("ID", Direction::Ascending)],
            fields: Some(vec!["Title".into(), "OData__x0031_st".into()]),
            row_limit: Some(50),
        }
    );
}

#[test]
fn what_asks_for_everything_is_an_empty_view() {
    for xml in [
        "",
        " \n",
        "<View/>",
        "<view></VIEW>".replace("VIEW", "view").as_str(),
        "<Query/>",
        "<View Scope='RecursiveAll'><Query></Query></View>",
        "<View><Query><Where></Where><OrderBy/></Query><RowLimit>0</RowLimit></View>",
        "<View><ViewFields/></View>",
        "<View><RowLimit></RowLimit><ViewData/><Toolbar Type='None'/></View>",
    ] {
        assert_eq!(View::parse(xml), Ok(View::default()), "{xml}");
    }
    let query = View::parse(&format!("<Query><Where>{EQ}</Where></Query>")).unwrap();
    assert_eq!(query.filter, Some(compare("A", Operator::Eq, "x")));
    let huge = View::parse("<View><RowLimit>99999999999</RowLimit></View>").unwrap();
    assert_eq!(huge.row_limit, Some(u32::MAX));
}

#[test]
fn every_operator_is_read() {
    for (name, operator) in Operator::ALL {
        let xml = format!("<{name}><FieldRef Name='A'/><Value Type='Text'>x</Value></{name}>");
        assert_eq!(condition(&xml), compare("A", operator, "x"));
        assert_eq!(condition(&xml.replace(name, &name.to_lowercase())), compare("A", operator, "x"));
    }
    let turned = "<Eq><Value>x</Value><FieldRef Name='A' LookupId='TRUE'/></Eq>";
    let by_id = FieldRef { name: "A".into(), lookup_id: true };
    let compared = Condition::Compare { field: by_id, operator: Operator::Eq, value: operand("x") };
    assert_eq!(condition(turned), compared);
    assert_eq!(condition("<IsNull><FieldRef Name='A'/></IsNull>"), Condition::Null(field("A"), true));
    assert_eq!(condition("<IsNotNull><FieldRef Name='A'/></IsNotNull>"), Condition::Null(field("A"), false));
    let within = "<In><FieldRef Name='A'/><Values><Value>x</Value><Value/></Values></In>";
    assert_eq!(condition(within), Condition::In(field("A"), vec![operand("x"), operand("")]));
}

#[test]
fn chains_of_one_word_are_flat_and_of_two_are_not() {
    let [a, b, c] = ["a", "b", "c"].map(|text| compare("A", Operator::Eq, text));
    let xml = |text: &str| EQ.replace(">x<", &format!(">{text}<"));
    let (x, y, z) = (xml("a"), xml("b"), xml("c"));
    let all = Condition::Or(vec![a.clone(), b.clone(), c.clone()]);
    assert_eq!(condition(&format!("<Or>{x}<Or>{y}{z}</Or></Or>")), all);
    assert_eq!(condition(&format!("<Or><Or>{x}{y}</Or>{z}</Or>")), all);
    let mixed = Condition::And(vec![a, Condition::Or(vec![b, c])]);
    assert_eq!(condition(&format!("<And>{x}<Or>{y}{z}</Or></And>")), mixed);
}

#[test]
fn values_that_a_query_works_out() {
    let value =
        |inner: &str| match condition(&format!("<Geq><FieldRef Name='A'/><Value {inner}</Value></Geq>")) {
            Condition::Compare { value, .. } => value,
            other => panic!("{other:?}"),
        };
    let at = |value, include_time| Operand { value, include_time, is_integer: false };
    assert_eq!(value("><Today/>"), at(Value::Today(0), false));
    assert_eq!(value(">\n <Today OffsetDays='-3'/>\n"), at(Value::Today(-3), false));
    assert_eq!(value("IncludeTimeValue='TRUE'><Today Offset='+7'/>"), at(Value::Today(7), true));
    assert_eq!(value("IncludeTimeValue='True' StorageTZ='TRUE'><Now/>"), at(Value::Now, true));
    let person = Operand { is_integer: true, ..at(Value::UserId, false) };
    assert_eq!(value("Type='Integer'><UserID Type='Integer'/>"), person);
    assert_eq!(value("> a<!-- c --> b "), at(Value::Text(" a b ".into()), false));
}

#[test]
fn groups_come_before_the_order() {
    let view = View::parse(
        "<Query><OrderBy><FieldRef Name='A' Ascending='FALSE'/><FieldRef Name='B'/></OrderBy>\
         <GroupBy Collapse='TRUE'><FieldRef Name='B'/></GroupBy></Query>",
    );
    let names: Vec<_> = view.unwrap().order.into_iter().map(|key| key.name).collect();
    assert_eq!(names, ["B", "A"]);
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    let within = |inner: &str| format!("<View><Query><Where>{inner}</Where></Query></View>");
    refused("nonsense", "It is not XML that can be used");
    refused("<View><Query></View>", "It is not XML");
    refused("<View/><View/>", "It is not XML");
    refused("<View>&unknown;</View>", "It is not XML");
    refused("<Where/>", "<Where> cannot stand within");
    refused("<List/>", "<List> cannot stand within");
    refused(&format!("<View><Where>{EQ}</Where></View>"), "<Where> cannot stand within <View>");
    refused(&format!("<View>{EQ}</View>"), "<Eq> cannot stand within <View>");
    refused(&format!("<Query>{EQ}</Query>"), "<Eq> cannot stand within <Query>");
    refused("<Query><Were/></Query>", "<Were> cannot stand within <Query>");
    refused(&within(&format!("<And>{EQ}</And>")), "<And> needs exactly two conditions");
    refused(&within("<Or/>"), "<Or> needs exactly two conditions");
    refused(&within(&format!("<Or>{EQ}{EQ}{EQ}</Or>")), "<Or> needs exactly two conditions");
    refused(&within(&format!("{EQ}{EQ}")), "<Where> needs one condition");
    refused(&within("<Like><FieldRef Name='A'/><Value>x</Value></Like>"), "<Like> cannot stand within");
    refused(&within("<Eq><FieldRef Name='A'/></Eq>"), "<Eq> needs one <FieldRef> and one <Value>");
    refused(&within("<Eq><FieldRef Name='A'/><FieldRef Name='B'/></Eq>"), "<Eq> needs");
    refused(&within("<Eq><FieldRef/><Value>x</Value></Eq>"), "<FieldRef> needs a Name");
    refused(&within("<IsNull><FieldRef Name='A'/><Value/></IsNull>"), "<Value> cannot stand within <IsNull>");
    refused(&within("<In><FieldRef Name='A'/><Values/></In>"), "<Values> needs one <Value>");
    refused(&within("<In><FieldRef Name='A'/><Values>x</Values></In>"), "<Values> needs one <Value>");
    refused(&within("<Eq><FieldRef Name='A'/><Value><Month/></Value></Eq>"), "<Month> cannot stand");
    refused(&within("<Eq><FieldRef Name='A'/><Value><Today OffsetDays='x'/></Value></Eq>"), "number of days");
    refused(&within("<Eq><FieldRef Name='A' LookupId='yes'/><Value/></Eq>"), "TRUE or FALSE");
    refused(&within("<Membership Type='SPGroup'/>"), "<Membership> is not supported");
    refused("<View><Joins><Join/></Joins></View>", "<Joins> is not supported");
    refused("<View><ProjectedFields><Field/></ProjectedFields></View>", "<ProjectedFields> is not supported");
    refused("<View><RowLimit>many</RowLimit></View>", "'many' cannot be a RowLimit");
    refused("<View><RowLimit>-1</RowLimit></View>", "'-1' cannot be a RowLimit");
    refused("<Query><OrderBy><Field Name='A'/></OrderBy></Query>", "<Field> cannot stand");
}

#[test]
fn documents_that_are_meant_to_cost_are_refused() {
    let laughs = "<!DOCTYPE v [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><View>&b;</View>";
    refused(laughs, "DTD");
    refused("<!DOCTYPE v [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><View>&e;</View>", "DTD");
    let nested = |depth: usize| {
        let (open, close) = (format!("<And>{EQ}").repeat(depth), "</And>".repeat(depth));
        format!("<Query><Where>{open}{EQ}{close}</Where></Query>")
    };
    assert!(View::parse(&nested(190)).is_ok());
    refused(&nested(500), "nested more than");
    refused(&format!("<View>{}{}</View>", "<a>".repeat(9_000), "</a>".repeat(9_000)), "nested more than");
    refused(&format!("<View>{}</View>", " ".repeat(MAX_BYTES)), "longer than");
    refused(&"<a>".repeat(20_000), "It is not XML");
}

fn any_condition() -> impl Strategy<Value = String> {
    let leaf = ("[A-Za-z]{1,6}", "[ -~]{0,8}", 0..14_usize).prop_map(|(name, text, kind)| {
        let text = text.replace(['<', '&'], "");
        match Operator::ALL.get(kind) {
            Some((operator, _)) => {
                format!("<{operator}><FieldRef Name='{name}'/><Value Type='Text'>{text}</Value></{operator}>")
            }
            None if kind == 10 => format!("<IsNull><FieldRef Name='{name}'/></IsNull>"),
            None if kind == 11 => format!("<Eq><FieldRef Name='{name}'/><Value><Today/></Value></Eq>"),
            None => format!("<In><FieldRef Name='{name}'/><Values><Value>{text}</Value></Values></In>"),
        }
    });
    leaf.prop_recursive(4, 12, 2, |inner| {
        (inner.clone(), inner, any::<bool>()).prop_map(|(a, b, and)| {
            let word = if and { "And" } else { "Or" };
            format!("<{word}>{a}{b}</{word}>")
        })
    })
}

proptest! {
    #[test]
    fn what_is_well_formed_is_read_and_what_is_torn_never_panics(
        inner in any_condition(),
        at in 0..2_000_usize,
        put in "(<And>|</And>|<Eq/>|[<>&'\"/]|<!--|]]>|<!DOCTYPE v>|ü){0,2}",
        cut in 0..30_usize,
    ) {
        let xml = format!("<View><Query><Where>{inner}</Where></Query><RowLimit>5</RowLimit></View>");
        let view = View::parse(&xml);
        prop_assert!(view.is_ok(), "{}: {:?}", xml, view);
        let at = at % xml.len();
        let rest = xml.get(at + cut..).unwrap_or_default();
        let _ = View::parse(&format!("{}{put}{rest}", &xml[..at]));
    }

    #[test]
    fn no_text_panics(text in ".*", near in "(<|>|/|View|Query|Where|And|Eq|FieldRef| Name='A'|Value|x|&|;){0,40}") {
        let _ = (View::parse(&text), View::parse(&near));
    }
}

//! What `getitems`, `RenderListDataAsStream` and `renderlistdata` take: CAML within JSON.

use odata::caml::{Overrides, PagingInfo, View, aliased_object, paging_of_query};
use serde_json::{Map, Value};

use super::{Body, BodyError, RequestError};

type Object = Map<String, Value>;

/// A query by CAML.
#[derive(Debug)]
pub(crate) struct CamlQuery {
    pub(crate) view: View,
    /// Where the page begins.
    pub(crate) paging: Option<PagingInfo>,
    /// The folder that is asked for.
    pub(crate) folder: Option<String>,
}

/// Rows that are asked for as they are shown.
#[derive(Debug)]
pub(crate) struct RowsQuery {
    pub(crate) query: CamlQuery,
    /// `RenderOptions`.
    pub(crate) options: u32,
    /// What is asked for besides the view.
    pub(crate) overrides: Overrides,
    /// The filters of the URL, as they were sent.
    pub(crate) filter_link: String,
}

const QUERY: &str = "SP.CamlQuery";
const PARAMETERS: &str = "SP.RenderListDataParameters";

/// Members of the two that say nothing to a list without folders, whose dates are in UTC.
const QUERY_MEMBERS: [&str; 4] =
    ["AllowIncrementalResults", "DatesInUtc", "FolderServerRelativePath", "typeId"];
const PARAMETER_MEMBERS: [&str; 25] = [
    "AddAllFields",
    "AddAllViewFields",
    "AddRegionalSettings",
    "AddRequiredFields",
    "AllowMultipleValueFilterForTaxonomyFields",
    "AudienceTarget",
    "DatesInUtc",
    "DeferredRender",
    "ExpandGroups",
    "ExpandUserField",
    "FilterOutChannelFoldersInDefaultDocLib",
    "FirstGroupOnly",
    "FolderServerRelativePath",
    "ImageFieldsToTryRewriteToCdnUrls",
    "MergeDefaultView",
    "ModernListBoot",
    "OriginalDate",
    "OverrideViewName",
    "RenderURLFieldInJSON",
    "ReplaceGroup",
    "StreamingRender",
    "QuickLaunchNodesOptions",
    "RequireFolderColoringFields",
    "ShowStubFile",
    "UserLanguages",
];

impl CamlQuery {
    /// Reads the body of `getitems`, or the alias that stands for it.
    pub(super) fn parse(body: &Body<'_>, raw_query: &str) -> Result<Self, RequestError> {
        let query = match aliased_object(raw_query) {
            Some(text) if body.bytes.trim_ascii().is_empty() => object_of(&text)?,
            _ => match body.object()?.remove("query") {
                Some(Value::Object(query)) => query,
                _ => return Err(BodyError::Parameter { name: "query", expected: "an object" }.into()),
            },
        };
        let mut members = Members { object: query, type_name: QUERY };
        let view = members.text("ViewXml")?.unwrap_or_default();
        let folder = members.text("FolderServerRelativeUrl")?.filter(|folder| !folder.is_empty());
        let paging = match members.take("ListItemCollectionPosition") {
            None => None,
            Some(Value::Object(position)) => {
                Members { object: position, type_name: "SP.ListItemCollectionPosition" }.text("PagingInfo")?
            }
            Some(_) => return Err(members.wrong("ListItemCollectionPosition", "an object").into()),
        };
        members.end(&QUERY_MEMBERS)?;
        let paging = paging.map_or(Ok(None), |text| PagingInfo::parse(&text))?;
        Ok(Self { view: View::parse(&view)?, paging, folder })
    }
}

impl RowsQuery {
    /// Reads what `RenderListDataAsStream` takes in its body and in the query.
    pub(super) fn parse(body: &Body<'_>, raw_query: &str) -> Result<Self, RequestError> {
        // All of it may be in the query.
        let mut object = match body.bytes.trim_ascii().is_empty() {
            true => Object::new(),
            false => body.object()?,
        };
        let mut part = |name: &'static str| match object.remove(name) {
            None | Some(Value::Null) => Ok(Object::new()),
            Some(Value::Object(part)) => Ok(part),
            Some(_) => Err(BodyError::Parameter { name, expected: "an object" }),
        };
        let (parameters, overridden) = (part("parameters")?, part("overrideParameters")?);
        let mut members = Members { object: parameters, type_name: PARAMETERS };
        let view = View::parse(&members.text("ViewXml")?.unwrap_or_default())?;
        let over = View::parse(&members.text("OverrideViewXml")?.unwrap_or_default())?;
        let folder = members.text("FolderServerRelativeUrl")?.filter(|folder| !folder.is_empty());
        let options = members.number("RenderOptions")?.unwrap_or(0);
        let paging = members.text("Paging")?.filter(|text| !text.is_empty());
        members.end(&PARAMETER_MEMBERS)?;
        let paging = paging.or_else(|| paging_of_query(raw_query));
        let paging = paging.map_or(Ok(None), |text| PagingInfo::parse(&text))?;
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(yes) => Some(yes.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        let pairs: Vec<_> =
            overridden.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
        let overrides = Overrides::parse(raw_query)?.with(Overrides::read(&pairs)?);
        let query = CamlQuery { view: view.under(over), paging, folder };
        Ok(Self { query, options, overrides, filter_link: filter_link(raw_query) })
    }

    /// Reads what `renderlistdata` takes, in its parentheses or in its body.
    pub(super) fn parse_view(view: Option<String>, body: &Body<'_>) -> Result<Self, RequestError> {
        let view = match view {
            Some(view) => view,
            None => match body.object()?.remove("viewXml") {
                Some(Value::String(view)) => view,
                _ => return Err(BodyError::Parameter { name: "viewXml", expected: "a text" }.into()),
            },
        };
        let query = CamlQuery { view: View::parse(&view)?, paging: None, folder: None };
        Ok(Self { query, options: 0, overrides: Overrides::default(), filter_link: "?".into() })
    }
}

fn filter_link(raw_query: &str) -> String {
    let filters = raw_query.split('&').filter(|part| part.starts_with("Filter"));
    format!("?{}", filters.collect::<Vec<_>>().join("&"))
}

/// An object whose members are taken one by one.
struct Members {
    object: Object,
    type_name: &'static str,
}

impl Members {
    /// A member that is not null.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.object.remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>, BodyError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "a text")),
        }
    }

    fn number(&mut self, name: &'static str) -> Result<Option<u32>, BodyError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
        let number = number.and_then(|number| u32::try_from(number).ok());
        number.map(Some).ok_or_else(|| self.wrong(name, "a sum of the options that there are"))
    }

    fn wrong(&self, name: &'static str, expected: &'static str) -> BodyError {
        BodyError::Parameter { name, expected }
    }

    /// Refuses what is left, but for members that say nothing here.
    fn end(self, ignored: &[&str]) -> Result<(), BodyError> {
        let is_known = |name: &String| name == "__metadata" || ignored.contains(&name.as_str());
        match self.object.keys().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => {
                let name = name.chars().take(60).collect();
                Err(BodyError::UnknownMember { name, type_name: self.type_name })
            }
        }
    }
}

/// An object as JSON, or as JavaScript has it, with texts in apostrophes.
fn object_of(text: &str) -> Result<Object, BodyError> {
    let json = serde_json::from_str(text).or_else(|_| serde_json::from_str(&in_quotes(text)));
    json.map_err(|error| BodyError::Syntax(format!("({error})")))
}

/// Texts in apostrophes are put in quotes.
fn in_quotes(text: &str) -> String {
    let (mut json, mut within, mut escaped) = (String::with_capacity(text.len()), None, false);
    for c in text.chars() {
        match (within, c) {
            (Some('\''), '\'') if escaped => {
                json.pop();
                json.push('\'');
            }
            (Some('\''), '"') if !escaped => json.push_str("\\\""),
            (Some(quote), c) if c == quote && !escaped => {
                within = None;
                json.push('"');
            }
            (None, '\'' | '"') => {
                within = Some(c);
                json.push('"');
            }
            (_, c) => json.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_in_apostrophes_is_read_too() {
        for text in [
            r#"{"ViewXml":"<View Scope='Recursive'/>"}"#,
            r#"{'ViewXml':'<View Scope=\'Recursive\'/>'}"#,
            r#"{'ViewXml': "<View Scope='Recursive'/>"}"#,
        ] {
            assert_eq!(object_of(text).unwrap()["ViewXml"], "<View Scope='Recursive'/>", "{text}");
        }
        let quotes = object_of(r#"{'ViewXml':'<View Scope="Recursive"/>'}"#).unwrap();
        assert_eq!(quotes["ViewXml"], "<View Scope=\"Recursive\"/>");
        for text in ["", "{", "{'a", "[]", "{'a':'b\\"] {
            assert!(object_of(text).is_err(), "{text}");
        }
    }
}

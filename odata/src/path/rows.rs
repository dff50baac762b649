//! The methods of a list that give rows by CAML: their grammar. (Printing is in `print.rs`.)
//!
//! ```text
//! rows = "getitems" [ "(query=@" name ")" ] / "RenderListDataAsStream" / "renderlistdata" [ "(" text ")" ]
//! ```

use super::parse::{Method, Parser, is};
use super::{ListPart, PathError};
use crate::Literal;

const RENDER_DATA: Method = Method { name: "RenderListData", parameters: &["viewXml"] };

impl Parser<'_> {
    /// The method of that name, which was taken, if it is one of these.
    pub(super) fn rows(&mut self, name: &str) -> Result<Option<ListPart>, PathError> {
        let part = if is(name, "getitems") {
            // What the alias stands for is no literal: it is read with the body.
            self.cursor.skip_aliased("query");
            self.method(ListPart::QueryItems)?
        } else if is(name, "renderlistdataasstream") {
            self.method(ListPart::RenderAsStream)?
        } else if is(name, "renderlistdata") {
            match self.key(&RENDER_DATA)? {
                None => self.end(ListPart::RenderData(None))?,
                Some(Literal::String(view)) => self.end(ListPart::RenderData(Some(view)))?,
                Some(_) => return Err(self.cursor.invalid()),
            }
        } else {
            return Ok(None);
        };
        Ok(Some(part))
    }
}

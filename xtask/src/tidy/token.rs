//! Rust text as a flat list of tokens with their lines, and whether each is test code.
//! Comments and doc comments are left out: prose may name anything.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// For a string, what is between the quotes, escapes as they are written.
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) is_test: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Punct,
    String,
    Number,
    Open,
    Close,
}

impl Token {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text && self.kind != Kind::String
    }

    pub(super) fn is_word(&self, text: &str) -> bool {
        self.text == text && self.kind == Kind::Word
    }
}

/// A file that does not lex has no tokens here; the compiler says so itself.
pub(super) fn tokens(path: &str, text: &str) -> Vec<Token> {
    let mut flat = Flat { tokens: Vec::new() };
    if let Ok(stream) = text.parse::<TokenStream>() {
        flat.stream(stream, is_test_file(path));
    }
    flat.tokens
}

/// Whether the tokens from `at` are these.
pub(super) fn reads(tokens: &[Token], at: usize, texts: &[&str]) -> bool {
    texts.iter().enumerate().all(|(offset, text)| tokens.get(at + offset).is_some_and(|token| token.is(text)))
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

struct Flat {
    tokens: Vec<Token>,
}

impl Flat {
    fn stream(&mut self, stream: TokenStream, is_test: bool) {
        let mut is_test = is_test;
        // Set by a test attribute, up to the end of the item that it stands on.
        let mut item_is_test = false;
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            let test = is_test || item_is_test;
            if is_punct(&tree, '#') {
                let inner = trees.next_if(|next| is_punct(next, '!'));
                if let Some(TokenTree::Group(group)) = trees.next_if(is_brackets) {
                    if !is_doc(&group) {
                        self.tree(tree, test);
                        inner.iter().for_each(|bang| self.tree(bang.clone(), test));
                        match (is_test_attribute(&group), inner.is_some()) {
                            (true, true) => is_test = true,
                            (true, false) => item_is_test = true,
                            _ => {}
                        }
                        self.tree(TokenTree::Group(group), test);
                    }
                } else {
                    self.tree(tree, test);
                    inner.into_iter().for_each(|bang| self.tree(bang, test));
                }
                continue;
            }
            if ends_item(&tree) {
                item_is_test = false;
            }
            self.tree(tree, test);
        }
    }

    fn tree(&mut self, tree: TokenTree, is_test: bool) {
        let line = tree.span().start().line;
        let mut push = |kind, text: String, line| self.tokens.push(Token { kind, text, line, is_test });
        match tree {
            TokenTree::Ident(ident) => push(Kind::Word, ident.to_string(), line),
            TokenTree::Punct(punct) => push(Kind::Punct, punct.as_char().to_string(), line),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                match (text.find('"'), text.rfind('"')) {
                    (Some(first), Some(last)) if first < last => {
                        push(Kind::String, text[first + 1..last].to_string(), line);
                    }
                    _ => push(Kind::Number, text, line),
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(Kind::Open, open.to_string(), line);
                self.stream(group.stream(), is_test);
                let end = group.span_close().start().line;
                self.tokens.push(Token { kind: Kind::Close, text: close.to_string(), line: end, is_test });
            }
        }
    }
}

fn is_punct(tree: &TokenTree, punct: char) -> bool {
    matches!(tree, TokenTree::Punct(found) if found.as_char() == punct)
}

fn is_brackets(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}

fn ends_item(tree: &TokenTree) -> bool {
    is_punct(tree, ';') || matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_doc(group: &Group) -> bool {
    let mut inside = group.stream().into_iter();
    matches!(inside.next(), Some(TokenTree::Ident(name)) if name == "doc")
        && inside.next().is_some_and(|tree| is_punct(&tree, '='))
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]`, `#[test]`, `#[actix_rt::test]`.
fn is_test_attribute(group: &Group) -> bool {
    let text = group.stream().to_string().replace(' ', "");
    match text.strip_prefix("cfg(") {
        Some(condition) => {
            !condition.contains("not(")
                && condition.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "test")
        }
        None => text == "test" || text.ends_with("::test") || text.contains("::test("),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, is_test: bool) -> Vec<String> {
        let all = tokens("service/src/app.rs", text).into_iter();
        all.filter(|token| token.kind == Kind::Word && token.is_test == is_test)
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn code_under_a_test_attribute_is_told_apart_up_to_its_end() {
        let text =
            "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}\n#[cfg(test)] use d;\nfn e() {}";
        assert_eq!(words(text, true).join(" "), "mod tests fn b use d");
        assert_eq!(words(text, false).join(" "), "fn a cfg test fn c cfg test fn e");
    }

    #[test]
    fn code_for_all_but_tests_is_not_test_code() {
        assert_eq!(words("#[cfg(not(test))] fn a() {}", true), Vec::<String>::new());
        assert_eq!(words("#[cfg_attr(test, derive(Eq))] struct A;", true), Vec::<String>::new());
    }

    #[test]
    fn comments_are_dropped_and_strings_are_one_token_with_their_line() {
        let found =
            tokens("a.rs", "//! rusqlite\n/// actix\nfn a() { // SELECT\n  r#\"one \"two\" three\"#; 'x'; }");
        let strings: Vec<_> = found.iter().filter(|token| token.kind == Kind::String).collect();
        assert_eq!(strings.len(), 1);
        assert_eq!((strings[0].text.as_str(), strings[0].line), ("one \"two\" three", 4));
        assert!(!found.iter().any(|token| ["rusqlite", "actix", "SELECT"].contains(&token.text.as_str())));
    }
}

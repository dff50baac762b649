//! What a formula consists of, from its text.

use formualizer_parse::{
    ASTNode, ASTNodeType, BinaryOperator, LiteralValue, Parser, ParserLimits, UnaryOperator,
};

use super::{super::check_text, compute::Value};

/// How many UTF-16 units a formula, as SharePoint's, may have.
const FORMULA_MAX: usize = 1024;

pub(super) enum Expr {
    Constant(Value),
    Field(String),
    Negated(Box<Expr>),
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
}

#[derive(Clone, Copy)]
pub(super) enum Function {
    If,
    And,
    Or,
    Not,
    Concatenate,
    Left,
    Right,
    Len,
    Upper,
    Lower,
    Round,
    Abs,
    Min,
    Max,
    IsBlank,
}

/// The functions, each with how few and how many arguments it takes.
const FUNCTIONS: [(&str, Function, usize, usize); 15] = [
    ("IF", Function::If, 2, 3),
    ("AND", Function::And, 1, 30),
    ("OR", Function::Or, 1, 30),
    ("NOT", Function::Not, 1, 1),
    ("CONCATENATE", Function::Concatenate, 1, 30),
    ("LEFT", Function::Left, 1, 2),
    ("RIGHT", Function::Right, 1, 2),
    ("LEN", Function::Len, 1, 1),
    ("UPPER", Function::Upper, 1, 1),
    ("LOWER", Function::Lower, 1, 1),
    ("ROUND", Function::Round, 2, 2),
    ("ABS", Function::Abs, 1, 1),
    ("MIN", Function::Min, 1, 30),
    ("MAX", Function::Max, 1, 30),
    ("ISBLANK", Function::IsBlank, 1, 1),
];

pub(super) type Names<'n> = dyn FnMut(&str) -> Result<String, String> + 'n;

pub(super) fn read(text: &str, names: &mut Names<'_>) -> Result<Expr, String> {
    check_text(text).map_err(|wrong| wrong.to_string())?;
    if text.encode_utf16().count() > FORMULA_MAX {
        return Err(format!("it has more than {FORMULA_MAX} characters"));
    }
    if !text.starts_with('=') {
        return Err("it does not begin with '='".into());
    }
    let limits = ParserLimits::default().with_ast_height(64);
    let tree = Parser::builder()
        .limits(limits)
        .parse(text)
        .map_err(|e| format!("it cannot be read: {}", e.message))?;
    expr(tree, names)
}

fn expr(node: ASTNode, names: &mut Names<'_>) -> Result<Expr, String> {
    let unsupported = |what: &str| Err(format!("'{what}' is not supported"));
    match node.node_type {
        ASTNodeType::Literal(LiteralValue::Int(whole)) => Ok(Expr::Constant(Value::Number(whole as f64))),
        ASTNodeType::Literal(LiteralValue::Number(number)) if number.is_finite() => {
            Ok(Expr::Constant(Value::Number(number)))
        }
        ASTNodeType::Literal(LiteralValue::Text(text)) => Ok(Expr::Constant(Value::Text(text))),
        ASTNodeType::Literal(LiteralValue::Boolean(b)) => Ok(Expr::Constant(Value::Boolean(b))),
        ASTNodeType::Literal(other) => unsupported(&other.to_string()),
        ASTNodeType::Reference { original, .. } => {
            let name = original.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            match name.filter(|name| !name.contains(['[', ']'])) {
                Some(name) => names(name.trim()).map(Expr::Field),
                None => Err(format!("'{original}' is not supported; fields stand in brackets: [Title]")),
            }
        }
        ASTNodeType::UnaryOp { op: UnaryOperator::Minus, expr: inner } => {
            Ok(Expr::Negated(Box::new(expr(*inner, names)?)))
        }
        ASTNodeType::UnaryOp { op, .. } => unsupported(op.as_str()),
        ASTNodeType::BinaryOp { op, left, right } => match op {
            BinaryOperator::Power
            | BinaryOperator::Range
            | BinaryOperator::Union
            | BinaryOperator::Intersection => unsupported(op.as_str()),
            op => Ok(Expr::Binary(op, Box::new(expr(*left, names)?), Box::new(expr(*right, names)?))),
        },
        ASTNodeType::Function { name, args } => {
            let found = FUNCTIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(&name));
            let Some((name, function, least, most)) = found else { return unsupported(&format!("{name}()")) };
            if !(*least..=*most).contains(&args.len()) {
                return Err(format!("{name} takes {least} to {most} arguments, and has {}", args.len()));
            }
            let args = args.into_iter().map(|arg| expr(arg, names)).collect::<Result<_, _>>()?;
            Ok(Expr::Call(*function, args))
        }
        ASTNodeType::Omitted => Err("an argument is missing".into()),
        ASTNodeType::Call { .. } => unsupported("a call of what is no function"),
        ASTNodeType::Array(_) => unsupported("{…}"),
    }
}

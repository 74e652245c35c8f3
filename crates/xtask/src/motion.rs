//! The first rule of motion: a function takes the context (it may call the world) or a transaction (it may touch the
//! database), never both. So no network call stands inside a transaction, and a flow can put operations of two rooms
//! into one.

use std::path::Path;

use crate::{
    finding::Finding,
    scan::{Function, blanked, functions},
    workspace::{Workspace, text},
};

/// The runtime and the edge make contexts and transactions out of one another; the rule is for those who use them.
const EXEMPT: &[&str] = &["kernel", "engines", "platform", "web", "testkit", "xtask"];

/// Every function of a room that takes both.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let rooms = house
        .rooms()
        .into_iter()
        .filter(|room| !EXEMPT.contains(&room.name.as_str()));
    let files = rooms.flat_map(|room| house.files(&format!("crates/{}/src", room.name), "rs"));
    files.flat_map(|file| in_file(house, &file)).collect()
}

fn in_file(house: &Workspace, file: &Path) -> Vec<Finding> {
    let source = blanked(&text(file));
    functions(&source)
        .iter()
        .filter(|function| takes_both(function))
        .map(|function| explained(house, file, function))
        .collect()
}

fn takes_both(function: &Function) -> bool {
    let words: Vec<&str> = function
        .parameters
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    let context = words
        .iter()
        .any(|word| ["Ctx", "LinkCtx", "OperatorCtx"].contains(word));
    let transaction = words.iter().any(|word| ["Tx", "OperatorTx"].contains(word));
    context && transaction
}

fn explained(house: &Workspace, file: &Path, function: &Function) -> Finding {
    let advice = format!(
        "`{}` takes a context and a transaction; take `&mut Tx` for database work and let the caller call the world before or after it, \
         or take `&Ctx` and open the transaction inside",
        function.name
    );
    Finding::new(format!("{}:{}", house.shown(file), function.line), advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(source: &str) -> usize {
        functions(&blanked(source))
            .iter()
            .filter(|function| takes_both(function))
            .count()
    }

    #[test]
    fn a_function_that_takes_both_is_found() {
        assert_eq!(both("pub async fn renew(ctx: &Ctx, tx: &mut Tx) {}"), 1);
        assert_eq!(
            both("async fn renew(\n    ctx: web::Ctx,\n    tx: &mut platform::Tx,\n) -> Result<()> {}"),
            1
        );
    }

    #[test]
    fn a_function_that_takes_one_is_fine() {
        assert_eq!(
            both("async fn renew(ctx: &Ctx, id: OrderId) {}\nasync fn approve(tx: &mut Tx, id: QuoteId) {}"),
            0
        );
        assert_eq!(both("async fn renew(ctx: &Ctx) { ctx.write(|tx: &mut Tx| go(tx)) }"), 0);
    }
}

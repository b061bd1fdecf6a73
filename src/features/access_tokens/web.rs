//! The pages of personal access tokens.

mod generate;
mod list;
mod one;

pub use generate::{make_token, new_page};
pub use list::{
    Names, PlaceInList, TokenRow, list_page, revoke_all_page, revoke_all_tokens, revoke_token,
    token_row,
};
pub use one::{narrow_token, one_page, rename_token};

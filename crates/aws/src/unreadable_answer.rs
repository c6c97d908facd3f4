//! What came where an answer of AWS should be, in words.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// What came where AWS's answer should be.
pub(crate) fn instead_of_an_answer(answer: &HttpResponse) -> &'static str {
    let Some(body) = answer.body().bytes() else {
        return "the answer cannot be read";
    };
    let start = String::from_utf8_lossy(body.get(..body.len().min(512)).unwrap_or_default());
    let start = start.trim_start().to_ascii_lowercase();
    let is_page = ["<html", "<!doctype html", "<head", "<body"]
        .iter()
        .any(|tag| start.contains(tag));
    match start.chars().next() {
        None => "the answer is empty",
        Some(_) if is_page => "the answer is a web page, as of a proxy or a portal",
        Some('{' | '[' | '<') => "the answer is cut off or damaged",
        Some(_) => "the answer is not in the form of AWS",
    }
}

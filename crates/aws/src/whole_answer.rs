//! EC2 and STS answer in XML, of which the SDK reads what it knows and passes over the rest: a portal's page, or an
//! answer that breaks off, would be an empty list of instances.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use thiserror::Error;

/// Refuses an answer that is not one whole element named `…Response`.
#[derive(Debug)]
pub(crate) struct WholeAnswer;

#[derive(Debug, Error)]
#[error("the answer is not whole")]
struct NotWhole;

impl Intercept for WholeAnswer {
    fn name(&self) -> &'static str {
        "postern whole answer"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response();
        let body = answer.body().bytes().unwrap_or_default();
        if answer.status().is_success() && !is_whole(&String::from_utf8_lossy(body)) {
            return Err(NotWhole.into());
        }
        Ok(())
    }
}

fn is_whole(body: &str) -> bool {
    let body = body.trim();
    let root = match body.strip_prefix("<?") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, root)| root.trim_start()),
        None => body,
    };
    let Some(inner) = root.strip_prefix('<') else {
        return false;
    };
    let name = inner
        .split([' ', '\t', '\r', '\n', '>', '/'])
        .next()
        .unwrap_or_default();
    let closed = root.ends_with(&format!("</{name}>"));
    let empty = root.ends_with("/>") && root.matches('<').count() == 1;
    name.ends_with("Response") && (closed || empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_whole_element_is_an_answer_and_nothing_else_is() {
        for whole in [
            "<DescribeInstancesResponse/>",
            "<DescribeInstancesResponse xmlns=\"http://x\"><a/></DescribeInstancesResponse>\n",
            "<?xml version=\"1.0\"?>\n<GetCallerIdentityResponse>\n</GetCallerIdentityResponse>",
        ] {
            assert!(is_whole(whole), "{whole}");
        }
        for other in [
            "",
            "hello",
            "<html></html>",
            "<!DOCTYPE html><html></html>",
            "<DescribeInstancesResponse>",
            "<DescribeInstancesResponse><reservationSet/>",
            "<DescribeInstancesResponse></DescribeInstancesRespons",
            "<?xml version=\"1.0\"",
        ] {
            assert!(!is_whole(other), "{other}");
        }
    }
}

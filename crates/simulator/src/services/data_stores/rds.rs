//! DescribeDBInstances and DescribeDBClusters. Both fit on one page.

use std::io;

use uuid::Uuid;

use super::response::{asked, response, unknown};
use crate::services::Caller;
use crate::wire::{ApiError, Params, XmlWriter, element, text};
use crate::world::{DataStore, DataStoreKind};

const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";

/// Answers one authenticated and permitted call with an XML document.
pub(crate) fn answer(caller: &Caller, params: &Params, request_id: Uuid) -> Result<Vec<u8>, ApiError> {
    match params.get("Action").unwrap_or("") {
        action @ "DescribeDBInstances" => {
            let kind = DataStoreKind::Instance;
            let instances = asked(caller, params, kind, "DBInstanceIdentifier", "DBInstanceNotFound")?;
            response(NAMESPACE, action, request_id, |xml| {
                element(xml, "DBInstances", |xml| {
                    write_all(xml, &instances, "DBInstance", write_instance)
                })
            })
        }
        action @ "DescribeDBClusters" => {
            let kind = DataStoreKind::Cluster;
            let clusters = asked(
                caller,
                params,
                kind,
                "DBClusterIdentifier",
                "DBClusterNotFoundFault",
            )?;
            response(NAMESPACE, action, request_id, |xml| {
                element(xml, "DBClusters", |xml| {
                    write_all(xml, &clusters, "DBCluster", write_cluster)
                })
            })
        }
        other => Err(unknown(other)),
    }
}

fn write_all(
    xml: &mut XmlWriter,
    stores: &[DataStore],
    name: &str,
    write: fn(&mut XmlWriter, &DataStore) -> io::Result<()>,
) -> io::Result<()> {
    for store in stores {
        element(xml, name, |xml| write(xml, store))?;
    }
    Ok(())
}

fn write_instance(xml: &mut XmlWriter, store: &DataStore) -> io::Result<()> {
    text(xml, "DBInstanceIdentifier", store.name)?;
    text(xml, "DBInstanceClass", "db.t4g.medium")?;
    text(xml, "Engine", store.engine)?;
    text(xml, "DBInstanceStatus", "available")?;
    element(xml, "Endpoint", |xml| {
        text(xml, "Address", &store.endpoint)?;
        text(xml, "Port", &store.port.to_string())
    })?;
    text(xml, "EngineVersion", store.engine_version)?;
    text(xml, "PubliclyAccessible", "false")
}

fn write_cluster(xml: &mut XmlWriter, store: &DataStore) -> io::Result<()> {
    text(xml, "DBClusterIdentifier", store.name)?;
    text(xml, "Status", "available")?;
    text(xml, "Endpoint", &store.endpoint)?;
    text(
        xml,
        "ReaderEndpoint",
        store.reader_endpoint.as_deref().unwrap_or(""),
    )?;
    text(xml, "Engine", store.engine)?;
    text(xml, "EngineVersion", store.engine_version)?;
    text(xml, "Port", &store.port.to_string())
}

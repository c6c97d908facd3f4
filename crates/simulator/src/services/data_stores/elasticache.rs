//! DescribeReplicationGroups and DescribeCacheClusters. Both fit on one page.

use std::io;

use uuid::Uuid;

use super::response::{asked, response, unknown};
use crate::services::Caller;
use crate::wire::{ApiError, Params, XmlWriter, element, text};
use crate::world::{DataStore, DataStoreKind};

const NAMESPACE: &str = "http://elasticache.amazonaws.com/doc/2015-02-02/";

/// Answers one authenticated and permitted call with an XML document.
pub(crate) fn answer(caller: &Caller, params: &Params, request_id: Uuid) -> Result<Vec<u8>, ApiError> {
    match params.get("Action").unwrap_or("") {
        action @ "DescribeReplicationGroups" => {
            let code = "ReplicationGroupNotFoundFault";
            let groups = asked(caller, params, DataStoreKind::Cache, "ReplicationGroupId", code)?;
            response(NAMESPACE, action, request_id, |xml| {
                element(xml, "ReplicationGroups", |xml| {
                    for group in &groups {
                        element(xml, "ReplicationGroup", |xml| write_group(xml, group))?;
                    }
                    Ok(())
                })
            })
        }
        action @ "DescribeCacheClusters" => {
            let kind = DataStoreKind::Memcached;
            let clusters = asked(caller, params, kind, "CacheClusterId", "CacheClusterNotFound")?;
            response(NAMESPACE, action, request_id, |xml| {
                element(xml, "CacheClusters", |xml| {
                    for cluster in &clusters {
                        element(xml, "CacheCluster", |xml| write_cluster(xml, cluster))?;
                    }
                    Ok(())
                })
            })
        }
        other => Err(unknown(other)),
    }
}

fn write_group(xml: &mut XmlWriter, store: &DataStore) -> io::Result<()> {
    text(xml, "ReplicationGroupId", store.name)?;
    text(xml, "Status", "available")?;
    text(xml, "Engine", store.engine)?;
    element(xml, "NodeGroups", |xml| {
        element(xml, "NodeGroup", |xml| {
            text(xml, "NodeGroupId", "0001")?;
            text(xml, "Status", "available")?;
            write_endpoint(xml, "PrimaryEndpoint", &store.endpoint, store.port)?;
            let reader = store.reader_endpoint.as_deref().unwrap_or("");
            write_endpoint(xml, "ReaderEndpoint", reader, store.port)
        })
    })?;
    text(xml, "TransitEncryptionEnabled", "false")
}

fn write_cluster(xml: &mut XmlWriter, store: &DataStore) -> io::Result<()> {
    text(xml, "CacheClusterId", store.name)?;
    text(xml, "CacheClusterStatus", "available")?;
    text(xml, "Engine", store.engine)?;
    text(xml, "EngineVersion", store.engine_version)?;
    write_endpoint(xml, "ConfigurationEndpoint", &store.endpoint, store.port)
}

fn write_endpoint(xml: &mut XmlWriter, name: &str, address: &str, port: u16) -> io::Result<()> {
    element(xml, name, |xml| {
        text(xml, "Address", address)?;
        text(xml, "Port", &port.to_string())
    })
}

//! Orders about instances and about the Regions that they are in: power, replacement, rates of calls, trouble.

use super::Control;
use crate::call_rates::CallRate;
use crate::region_faults::RegionFault;
use crate::world::InstanceOrder;

impl Control {
    /// Starts an instance, whoever may. False when there is no such instance.
    pub fn start_instance(&self, instance: &str) -> bool {
        self.tell(instance, InstanceOrder::Start)
    }

    /// Stops an instance, and its sessions with it. False when there is no such instance.
    pub fn stop_instance(&self, instance: &str) -> bool {
        self.tell(instance, InstanceOrder::Stop)
    }

    /// Reboots an instance, which ends its sessions. False when there is no such instance.
    pub fn reboot_instance(&self, instance: &str) -> bool {
        self.tell(instance, InstanceOrder::Reboot)
    }

    /// Terminates an instance, and its sessions with it. False when there is no such instance.
    pub fn terminate_instance(&self, instance: &str) -> bool {
        self.tell(instance, InstanceOrder::Terminate)
    }

    /// Terminates an instance and starts another one with its name and tags, as a group that scales does. Answers the new
    /// one's id, or none when there is no such instance.
    pub fn replace_instance(&self, instance: &str) -> Option<String> {
        let new = self.cloud.world.replace(instance)?;
        self.cloud.sessions.end_of_node(instance);
        Some(new)
    }

    /// From now on each account may call each service in each Region at this rate; none ends that.
    pub fn limit_calls(&self, rate: Option<CallRate>) {
        self.cloud.rates.limit(rate);
    }

    /// From now on one call in so many is throttled, evenly; zero ends it.
    pub fn throttle_one_in(&self, calls: usize) {
        self.cloud.rates.throttle_one_in(calls);
    }

    /// A Region is in this trouble from now on, for every account, or in none.
    pub fn trouble_region(&self, region: &str, fault: Option<RegionFault>) {
        self.cloud.regions.set(region, fault);
    }

    fn tell(&self, instance: &str, order: InstanceOrder) -> bool {
        let node = self
            .cloud
            .world
            .node(instance)
            .filter(|node| node.ec2().is_some());
        if node.is_some() {
            self.cloud.world.tell(instance, order);
        }
        if node.is_some() && order != InstanceOrder::Start {
            self.cloud.sessions.end_of_node(instance);
        }
        node.is_some()
    }
}

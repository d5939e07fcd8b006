/** What stands and runs on this host: packages, listening services, interfaces, the machine itself; and its way to the manager. */
export { InventoryReporter } from './inventory-reporter.ts';
export { takeInventory } from './take-inventory.ts';

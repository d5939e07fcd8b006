/** Trend's Workload Security v1 REST API, which our manager serves and the desk speaks: operations, models and settings as data. */
export * from './inventory.ts';
export * from './read-model.ts';
export * from './setting-support.ts';
export * from './settings.ts';

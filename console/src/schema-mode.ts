/**
 * zod compiles schemas with `new Function` where it may. The content security policy of this page forbids that, and even the attempt is
 * reported as a violation: so it is told before any schema is made. (zod 4 reads its settings from this global.)
 */
const settings = globalThis as { __zod_globalConfig?: { jitless?: boolean } };
settings.__zod_globalConfig = { ...settings.__zod_globalConfig, jitless: true };

export {};

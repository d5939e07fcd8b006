export * from './event.ts';
export * from './framing.ts';
export * from './record.ts';
export * from './told.ts';

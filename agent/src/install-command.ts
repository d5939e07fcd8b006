import type { Module } from '@sakimori/contract/module';

/** The one command that brings what a module stands on: what every status that lacks something names. */
export const installCommandOf = (module: Module): string => `sakimori-agent engines install --modules ${module}`;

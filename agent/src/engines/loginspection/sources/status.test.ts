import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ModuleStatus } from '@sakimori/contract/module';
import { createPhrases } from '@sakimori/contract/phrases/index';
import { LogInspectionPolicy } from '@sakimori/contract/policy';
import { createRecordingHost } from '../../recording-host.ts';
import { createLogInspectionEngine } from '../index.ts';
import { statusOf } from '../status.ts';
import type { SourcesStanding } from './index.ts';

const sound: SourcesStanding = {
  ...{ followed: 3, unreadable: [], leftOut: 0, limit: 1000, isCutShort: false, cut: 0, holeBytes: 0 },
  journal: undefined,
};
const policy = LogInspectionPolicy.parse({ state: 'on', sources: [], decoderFiles: [], ruleFiles: [] });
const statusFor = (sources: Partial<SourcesStanding>) =>
  ModuleStatus.parse(
    statusOf({ policy, sources: { ...sound, ...sources }, linesRead: 1, linesFailed: 0, rules: 1, decoders: 1 }),
  );

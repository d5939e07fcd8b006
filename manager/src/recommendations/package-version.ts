import type { PackageManager } from '@sakimori/contract';
import { compareApkVersions } from './apk-version.ts';
import { compareDebianVersions } from './debian-version.ts';
import { compareRpmVersions } from './rpm-version.ts';

/** Each packaging system has an order of its own. */
const orders: Readonly<Record<PackageManager, (a: string, b: string) => number>> = {
  dpkg: compareDebianVersions,
  rpm: compareRpmVersions,
  apk: compareApkVersions,
};

/** @returns below 0 where `a` is the older one, 0, above 0 */
export const compareVersions = (manager: PackageManager, a: string, b: string): number => orders[manager](a, b);

import type { InstalledPackage } from '@sakimori/contract/host-inventory';

/** What a package says of one of its files. */
export type PackagedFile = {
  readonly package: string;
  /** Digest of the content, with its method; absent for folders and links, of which dpkg records nothing. */
  readonly digest?: { readonly method: 'md5' | 'sha1' | 'sha256'; readonly value: string } | undefined;
};

/** A package database as the grouping of changes needs it. Packages are named as `name:architecture`. */
export type PackageSource = {
  readonly tool: 'dpkg' | 'rpm';
  /** Is a run of the package tools under way? Costs something: asked while changes are kept back, and not for each of them. */
  isBusy(): boolean;
  /** Another text than before means that a run has begun or ended since. Cheap. */
  stamp(): string;
  installed(): Promise<ReadonlyMap<string, InstalledPackage>>;
  /** Every path that these packages brought, by the real names of folders; all packages where none are named. */
  files(packages?: ReadonlySet<string>): AsyncIterable<readonly [path: string, file: PackagedFile]>;
  /** Is it the database itself, or a file of the tools that only lives during a run? @returns the path that it stands for, or 'own' */
  standsFor(path: string): string | 'own' | undefined;
};

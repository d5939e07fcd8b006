import inventory from './inventory.json' with { type: 'json' };

/**
 * The Workload Security v1 REST API as data: every operation and every model, by the vendor's own names, which follow no rule (`ID`, `tcpflags`,
 * `gcpconnectors`, the month `feburary`). Server, tests and clients all read this one list; nothing is named twice.
 */
export type Operation = {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api`, with `{name}` for each path parameter. */
  readonly path: string;
  readonly query?: readonly { readonly name: string; readonly type: string; readonly required?: boolean }[];
  /** Name of the model of the body. */
  readonly body?: string;
  readonly bodyOptional?: boolean;
  /** Name of the model of the answer; null: nothing. */
  readonly returns: string | null;
};

/** `String`, `Choice`, `Numeric`, `Boolean`, `Date`, `ID`, or two of them with a bar between. */
export type SearchType = string;

export type Property = {
  /** `str`, `int`, `float`, `bool`, the name of a model, or `list[…]` of one of these. */
  readonly type: string;
  readonly enum?: readonly string[];
  readonly itemsEnum?: readonly string[];
  readonly search?: SearchType;
  readonly default?: string;
  readonly zeroUnassigns?: boolean;
  readonly epochMs?: boolean;
  readonly base64?: boolean;
  readonly roHint?: boolean;
  readonly nullable?: boolean;
  readonly inheritedIsWriteOnly?: boolean;
  readonly returnedOnlyOnCreateOrRegenerate?: boolean;
};
export type Model = {
  readonly props?: Readonly<Record<string, Property>>;
  /** A map from names of settings to `SettingValue`. */
  readonly settings?: 'policy' | 'default' | 'system';
  readonly enum?: readonly string[];
};

type Inventory = {
  readonly groups: Readonly<Record<string, readonly Operation[]>>;
  readonly models: Readonly<Record<string, Model>>;
  readonly onPremOnly: {
    readonly groups: Readonly<Record<string, readonly Operation[]>>;
    readonly models: Readonly<Record<string, Model>>;
  };
};
const read = inventory as unknown as Inventory;

/** The 61 groups with their 316 operations. */
export const groups = read.groups;
export const operations: readonly Operation[] = Object.values(groups).flat();
/** Operations that an on-premises manager has besides: tenants, for the provider. */
export const providerOperations: readonly Operation[] = Object.values(read.onPremOnly.groups).flat();
export const models: Readonly<Record<string, Model>> = { ...read.models, ...read.onPremOnly.models };

/** The properties of a model. @throws Error for a name that is none */
export function propertiesOf(model: string): Readonly<Record<string, Property>> {
  const props = models[model]?.props;
  if (!props) throw new Error(`There is no model ${model} with properties.`);
  return props;
}

const listType = /^list\[(\w+)\]$/;
/** `list[int]` is a list of `int`; anything else is one value of its type. */
export function typeOf(property: Property): { readonly item: string; readonly isList: boolean } {
  const match = listType.exec(property.type);
  return match ? { item: match[1]!, isList: true } : { item: property.type, isList: false };
}
export const isModel = (type: string): boolean => type in models;

/** The property of a listing that holds the array: `roles` of `AdministratorRoles`. */
export function collectionOf(listModel: string): { readonly property: string; readonly model: string } {
  for (const [property, value] of Object.entries(propertiesOf(listModel))) {
    const { item, isList } = typeOf(value);
    if (isList) return { property, model: item };
  }
  throw new Error(`The model ${listModel} lists nothing.`);
}

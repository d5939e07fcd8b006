import assert from 'node:assert/strict';
import test from 'node:test';
import { errors } from './errors.ts';
import { allRoutes, openApi } from './openapi.ts';

type Operation = {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  security?: object[];
};
type Page = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object };
};

const page = JSON.parse(JSON.stringify(openApi('/service'))) as Page;
const operations = Object.entries(page.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('the page is OpenAPI 3.1 with one operation a route', () => {
  assert.equal(page.openapi, '3.1.0');
  assert.equal(operations.length, allRoutes.length);
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
});

test('every operation has what OpenAPI asks for', () => {
  for (const { path, method, operation } of operations) {
    assert.match(method, /^(get|post|put|patch|delete)$/);
    assert.ok(operation.summary && Object.keys(operation.responses).length > 0, path);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    assert.deepEqual(inPath.map(({ name }) => name).sort(), named.sort(), path);
    for (const parameter of inPath) assert.equal(parameter.required, true, path);
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.match(status, /^[245]\d\d$/);
      assert.ok(response.description.length > 0, `${path} ${status}`);
    }
  }
});

type Schema = { readonly type?: string; readonly oneOf?: readonly Schema[]; readonly anyOf?: readonly Schema[] };
/** An object, or one of several. */
function isObject({ type, oneOf, anyOf }: Schema): boolean {
  const options = oneOf ?? anyOf;
  return options ? options.length > 0 && options.every(isObject) : type === 'object';
}

test('schemas are JSON Schema that stands for itself: no reference leads out of it', () => {
  const text = JSON.stringify(page);
  for (const [, reference] of text.matchAll(/"\$ref":"([^"]*)"/g)) assert.match(reference!, /^#/);
  for (const { path, operation } of operations)
    for (const { content } of [operation.requestBody, ...Object.values(operation.responses)].filter(
      (part) => part?.content !== undefined,
    ) as {
      content: Record<string, { schema: Schema }>;
    }[])
      for (const [type, { schema }] of Object.entries(content))
        assert.ok(type === 'application/json' ? isObject(schema) : schema.type === 'string', path);
});

test('open operations ask for no credential, all others name their refusals', () => {
  for (const [name, route] of allRoutes) {
    const operation = operations.find((entry) => entry.operation.operationId === name)!.operation;
    if ('open' in route) assert.deepEqual(operation.security, [], name);
    else assert.ok('401' in operation.responses, name);
    for (const code of route.errors ?? [])
      assert.ok(operation.responses[errors[code].status]?.description.includes(`\`${code}\``), `${name}: ${code}`);
  }
});

import type { SchemaObject } from 'ajv';

declare const described: unique symbol;

/** A JSON schema of values of type T, which it has at compile time alone. */
export type SchemaOf<T> = SchemaObject & { readonly [described]: T };

/** The type of the values that a JSON schema, given as a literal, describes; `unknown` where it does not say. */
export type ValueOf<S> = S extends { readonly [described]: infer Value } ? Value
  : S extends { readonly enum: readonly (infer Value)[] } ? Value
  : S extends { readonly type: 'number' | 'integer' } ? number
  : S extends { readonly type: 'string' } ? string
  : S extends { readonly type: 'boolean' } ? boolean
  : S extends { readonly type: 'null' } ? null
  : S extends { readonly type: 'array'; readonly items: infer Items } ? ValueOf<Items>[]
  : S extends { readonly type: 'object'; readonly properties: infer Properties } ? ObjectOf<Properties, RequiredOf<S>>
  : S extends { readonly type: 'object' } ? object
  : unknown;

type RequiredOf<S> = S extends { readonly required: readonly (infer Name)[] } ? Name : never;

type ObjectOf<Properties, Required> = Flat<
  & { -readonly [Name in keyof Properties as Name extends Required ? Name : never]: ValueOf<Properties[Name]> }
  & { -readonly [Name in keyof Properties as Name extends Required ? never : Name]?: ValueOf<Properties[Name]> }
>;

type Flat<T> = { [Name in keyof T]: T[Name] };

/** The JSON schema of one parameter: its type, bounds, default, description. */
export interface ParameterSchema extends SchemaObject {
  readonly default: unknown;
}

export type ParameterSchemas = Readonly<Record<string, ParameterSchema>>;

/** The schema of an object that has these parameters and no other. */
export interface ParametersSchema<Schemas extends ParameterSchemas> {
  readonly type: 'object';
  readonly properties: Schemas;
  readonly required: readonly (keyof Schemas & string)[];
  readonly additionalProperties: false;
}

/** The parameters that fit these schemas. */
export type ParametersOf<Schemas> = { -readonly [Name in keyof Schemas]: ValueOf<Schemas[Name]> };

/**
 * The parameters of a plugin, by name; `create` gets them with defaults filled, typed as their schemas say:
 *
 *     params: parameters({ temperature: { type: 'number', exclusiveMinimum: 0, default: 1 } }),
 *     create: ({ temperature }) => ...
 */
export function parameters<const Schemas extends ParameterSchemas>(properties: Schemas): ParametersSchema<Schemas> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** The parameters that a schema of `parameters` describes. */
export type ParamsOf<P> = ValueOf<P> & object;

/** The schema of a plugin without parameters. */
export type NoParameters = ParametersSchema<Record<never, never>>;

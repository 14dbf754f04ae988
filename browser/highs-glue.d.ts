import type { Highs, InitOptions } from 'highs';

/** Written by tools/highs-glue.mjs. */
export default function loader(options?: InitOptions): Promise<Highs>;

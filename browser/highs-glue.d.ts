import type highs from 'highs';

/** Written by tools/highs-glue.mjs. */
declare const loader: typeof highs.default;
export default loader;

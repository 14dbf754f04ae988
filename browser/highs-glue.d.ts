import type highs from 'highs';

/** Written by tools/browser.mjs. */
declare const loader: typeof highs.default;
export default loader;

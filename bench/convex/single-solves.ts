export function singleSolves(): Promise<void> { return Promise.resolve(); }

import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends the output with `N passed, N failed`, and names what was skipped above it, so that nothing is skipped in silence. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    // A file that does not load and an error outside a test have no test that could fail for them.
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length;
    const failed = tests.filter((test) => test.result().state === 'failed').length + broken;

    const lines = skipped.map(
      (test) => `skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${reason(test)}`,
    );
    const again = tests.filter((test) => test.diagnostic()?.flaky === true);
    lines.push(
      ...again.map((test) => `passed the second time: ${test.module.relativeModuleId} > ${test.fullName}`),
    );
    const counts = [`${passed} passed`, `${failed} failed`];
    if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
    process.stdout.write(`\n${[...lines, counts.join(', ')].join('\n')}\n`);
  }
}

function reason(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'no reason given';
}

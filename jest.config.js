/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  // Handlers are loaded by the simulated account, which outlives single tests in a file.
  testTimeout: 300_000,
  // Jest would leave a core idle; each worker is a process with a virtual time of its own.
  maxWorkers: '100%',
  // What stories leave behind in a worker adds up, and near the heap's limit the collector takes most of the time.
  workerIdleMemoryLimit: '600MB',
};

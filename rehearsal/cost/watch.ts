import type { CallContext, AwsService, Operation } from '../../simulator/kernel/service.ts';

type Execute = (input: unknown, call: CallContext) => unknown;

/** An execution of an operation: what it was asked, by whom, and what it answered, which is nothing where it failed. */
export interface Executed<Input, Output, Before> {
  readonly input: Input;
  readonly call: CallContext;
  readonly output: Output | undefined;
  readonly before: Before;
}

/**
 * From now on, `seen` is told of every execution of an operation, also of one whose reply is lost on its way. `before` looks at
 * what is there before it. The operation itself goes on as before.
 */
export function watch<Input, Output, Before = undefined>(
  service: AwsService,
  name: string,
  seen: (executed: Executed<Input, Output, Before>) => void,
  before: (input: Input) => Before = () => undefined as Before,
): void {
  const operation = service.operations[name] as (Omit<Operation, 'execute'> & { execute: Execute }) | undefined;
  if (operation === undefined) throw new Error(`${service.sdkId} has no operation ${name} to be watched.`);
  const { execute } = operation;
  operation.execute = async (input, call) => {
    const found = before(input as Input);
    let output: Output | undefined;
    try {
      output = (await execute.call(operation, input, call)) as Output;
      return output;
    } finally {
      seen({ input: input as Input, call, output, before: found });
    }
  };
}

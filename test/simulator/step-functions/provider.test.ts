import type { ResourceRequest } from '../../../simulator/deploy/provider.ts';
import { providers } from '../../../simulator/deploy/providers/step-functions.ts';
import { FakeAccount, roleArn } from './fake-account.ts';
import { machine, task } from './machines.ts';

const [provider] = providers;
const definition = machine({ A: task({ Arguments: { FunctionName: '${ProbeArn}', Text: '${Unknown}' } }) });

function request(properties: object, account = new FakeAccount()): ResourceRequest {
  const s3 = { assetText: (bucket: string, key: string) => (bucket === 'assets' && key === 'sale.json' ? JSON.stringify(definition) : '') };
  return {
    account: Object.assign(account, { s3 }) as never, stackName: 'Operations', logicalId: 'Sale', type: 'AWS::StepFunctions::StateMachine',
    properties: { RoleArn: roleArn, StateMachineName: 'sale', DefinitionSubstitutions: { ProbeArn: 'arn:probe' }, ...properties }, metadata: {},
    updatePolicy: {},
  };
}

test.each([
  [{ DefinitionString: JSON.stringify(definition) }],
  [{ Definition: definition }],
  [{ DefinitionS3Location: { Bucket: 'assets', Key: 'sale.json' } }],
])('a definition comes from %j', async (properties) => {
  const account = new FakeAccount();
  await expect(provider?.create(request(properties, account))).resolves.toEqual({
    ref: 'arn:aws:states:eu-west-3:123456789012:stateMachine:sale',
    attributes: { Arn: 'arn:aws:states:eu-west-3:123456789012:stateMachine:sale', Name: 'sale' },
  });
  const [deployed] = account.stepFunctions.stateMachines;
  expect(deployed).toMatchObject({ logicalId: 'Sale', roleArn });
  expect(deployed?.definition).toContain('"FunctionName":"arn:probe","Text":"${Unknown}"');
});

test('an invalid definition stops the deployment', async () => {
  await expect(provider?.create(request({ Definition: machine({ A: { Type: 'Jump' } }) }))).rejects.toThrow('Invalid State Machine Definition');
});

test('Express workflows are not modelled', async () => {
  await expect(provider?.create(request({ Definition: definition, StateMachineType: 'EXPRESS' }))).rejects.toThrow('Express');
});

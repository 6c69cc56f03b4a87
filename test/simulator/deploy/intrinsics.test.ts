import { evaluateCondition, referencesIn, resolve, type Scope } from '../../../simulator/deploy/intrinsics.ts';

const scope: Scope = {
  ref: (name) => (name === 'AWS::NoValue' ? undefined : `ref:${name}`),
  attribute: (logicalId, attribute) => `${logicalId}.${attribute}`,
  condition: (name) => name === 'IsProduction',
  importValue: (name) => `import:${name}`,
  findInMap: (...path) => path.join('/'),
  availabilityZones: (region) => [`${region}a`, `${region}b`],
  dynamicReference: (reference) => `<${reference}>`,
};

describe('intrinsic functions', () => {
  test.each([
    [{ Ref: 'Table' }, 'ref:Table'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table.Arn'],
    [{ 'Fn::GetAtt': 'Database.Endpoint.Address' }, 'Database.Endpoint.Address'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-ref:B'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'x:y:z'] }] }, 'y'],
    [{ 'Fn::Select': [0, { 'Fn::GetAZs': 'eu-west-3' }] }, 'eu-west-3a'],
    [{ 'Fn::Sub': 'arn:${AWS::Region}:${Table.Arn}:${!Literal}' }, 'arn:ref:AWS::Region:Table.Arn:${Literal}'],
    [{ 'Fn::Sub': ['${One}/${Two}', { One: { Ref: 'X' } }] }, 'ref:X/ref:Two'],
    [{ 'Fn::If': ['IsProduction', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::ImportValue': 'Network:Vpc' }, 'import:Network:Vpc'],
    [{ 'Fn::Base64': 'boot' }, 'Ym9vdA=='],
    [{ 'Fn::FindInMap': ['Map', 'a', 'b'] }, 'Map/a/b'],
    ['{{resolve:ssm:/x}}', '<ssm:/x>'],
  ])('%j resolves to %j', (value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });

  test('AWS::NoValue removes the property, and the item of a list', () => {
    expect(resolve({ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, scope)).toEqual({ b: [1] });
  });

  test('the Condition of a policy statement is not the intrinsic of that name', () => {
    const statement = { Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(resolve(statement, scope)).toEqual(statement);
  });

  test('an unknown function throws, naming itself', () => {
    expect(() => resolve({ 'Fn::Transform': {} }, scope)).toThrow('Fn::Transform is not modelled');
  });

  test.each([
    [{ 'Fn::Equals': [{ Ref: 'A' }, 'ref:A'] }, true],
    [{ 'Fn::Not': [{ Condition: 'IsProduction' }] }, false],
    [{ 'Fn::And': [true, { Condition: 'IsProduction' }] }, true],
    [{ 'Fn::Or': [false, { 'Fn::Equals': ['a', 'b'] }] }, false],
  ])('the condition %j is %j', (condition, expected) => {
    expect(evaluateCondition(condition, scope)).toBe(expected);
  });

  test('references are found in Ref, GetAtt and the text of Sub', () => {
    const value = [{ Ref: 'A' }, { x: { 'Fn::GetAtt': ['B', 'Arn'] } }, { 'Fn::Sub': '${C}/${D.Arn}/${!E}' }];
    expect([...referencesIn(value)].toSorted()).toEqual(['A', 'B', 'C', 'D']);
  });
});

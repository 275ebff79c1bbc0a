import type { CodegenConfig } from '@graphql-codegen/cli'

// Documents are kept as text: the phone needs no GraphQL parser.
const config: CodegenConfig = {
  schema: process.env['RQ_SCHEMA'] ?? '../schema/schema.graphql',
  documents: ['src/operations/**/*.graphql'],
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { ID: 'string', Yuan: 'string', Percent: 'string', Date: 'string', DateTime: 'string' },
      },
    },
  },
}

export default config

import { describe, expect, it } from 'vitest'

import { useMutation } from '@/composables/use-mutation'
import { DemandWithdrawDocument } from '@/generated/graphql'

import { answer, asked, data, later, refusal } from '../doubles/uni'

const withdrawing = () => useMutation(DemandWithdrawDocument, (answered) => answered.demandWithdraw)
const demand = { __typename: 'Demand', id: 'demand_1', status: 'WITHDRAWN', availableActions: [] }
const withdrawn = data({ demandWithdraw: demand })
const invalid = data({
  demandWithdraw: {
    __typename: 'ValidationFailed',
    code: 'VALIDATION_FAILED',
    message: '有两处需要修改',
    fieldErrors: [
      { field: 'amount', message: '金额不能低于1万元' },
      { field: 'audience.institutionIds', message: '请至少选择一家机构' },
    ],
  },
})

describe('a mutation', () => {
  it('gives the changed object', async () => {
    answer('DemandWithdraw', withdrawn)
    const mutation = withdrawing()
    expect(await mutation.run({ id: 'demand_1' })).toEqual(demand)
    expect(asked[0]!.variables).toEqual({ id: 'demand_1' })
    expect(mutation.outcome.value).toBe('Demand')
    expect([mutation.problem.value, mutation.pending.value]).toEqual(['', false])
  })

  it('is sent once however often it is tapped, until it was answered', async () => {
    const reply = later()
    answer('DemandWithdraw', reply.answer, withdrawn)
    const mutation = withdrawing()
    const first = mutation.run({ id: 'demand_1' })
    expect(mutation.pending.value).toBe(true)
    expect(await mutation.run({ id: 'demand_1' })).toBeNull()
    expect(asked).toHaveLength(1)
    reply.come(withdrawn)
    expect(await first).toEqual(demand)
    expect(mutation.pending.value).toBe(false)
    await mutation.run({ id: 'demand_1' })
    expect(asked).toHaveLength(2)
  })

  it('puts the sentences of the server beside their fields', async () => {
    answer('DemandWithdraw', invalid)
    const mutation = withdrawing()
    expect(await mutation.run({ id: 'demand_1' })).toBeNull()
    expect(mutation.outcome.value).toBe('ValidationFailed')
    expect(mutation.problem.value).toBe('有两处需要修改')
    expect(mutation.fieldProblems.value).toEqual({
      amount: '金额不能低于1万元',
      'audience.institutionIds': '请至少选择一家机构',
    })
  })

  it('tells a refusal without fields in one sentence', async () => {
    const refused = { __typename: 'NotFound', code: 'NOT_FOUND', message: '需求不存在' }
    answer('DemandWithdraw', data({ demandWithdraw: refused }))
    const mutation = withdrawing()
    expect(await mutation.run({ id: 'demand_1' })).toBeNull()
    expect(mutation.problem.value).toBe('需求不存在')
    expect(mutation.fieldProblems.value).toEqual({})
    expect(mutation.retryAfterSeconds.value).toBe(0)
  })

  it('tells how long to wait', async () => {
    const limited = {
      __typename: 'RateLimited',
      code: 'RATE_LIMITED',
      message: '请稍后再试',
      retryAfterSeconds: 42,
    }
    answer('DemandWithdraw', data({ demandWithdraw: limited }))
    const mutation = withdrawing()
    await mutation.run({ id: 'demand_1' })
    expect(mutation.retryAfterSeconds.value).toBe(42)
  })

  it.each([
    ['network', '网络连接不上，请检查网络后重试'],
    ['timeout', '网络较慢，等待超时，请稍后重试'],
    [refusal('INTERNAL', 500), '服务暂时不可用，请稍后重试'],
    [refusal('BAD_USER_INPUT'), '提交的内容有误，请检查后重试'],
    [refusal('UNAUTHENTICATED', 401), '登录已失效，请重新登录'],
    [refusal('FORBIDDEN', 200, '客户经理不能撤回需求'), '客户经理不能撤回需求'],
  ] as const)('answered by %j says %s, and may be tried again', async (reply, sentence) => {
    answer('DemandWithdraw', reply as never, withdrawn)
    const mutation = withdrawing()
    expect(await mutation.run({ id: 'demand_1' })).toBeNull()
    expect(mutation.problem.value).toBe(sentence)
    expect(mutation.pending.value).toBe(false)
    expect(await mutation.run({ id: 'demand_1' })).toEqual(demand)
    expect(mutation.problem.value).toBe('')
  })

  it('forgets everything of the last try when it is reset or sent again', async () => {
    answer('DemandWithdraw', invalid)
    const mutation = withdrawing()
    await mutation.run({ id: 'demand_1' })
    mutation.reset()
    expect([
      mutation.problem.value,
      mutation.outcome.value,
      mutation.fieldProblems.value,
      mutation.retryAfterSeconds.value,
    ]).toEqual(['', '', {}, 0])
  })
})

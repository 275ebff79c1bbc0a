import { describe, expect, it } from 'vitest'

import AuthoriseStep from '@/components/enterprise/AuthoriseStep.vue'
import RegisterStep from '@/components/enterprise/RegisterStep.vue'
import VerifyStep from '@/components/enterprise/VerifyStep.vue'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, control, fill, press, show } from '../../doubles/page'
import { answer, asked, data, lastVariables, timesAsked } from '../../doubles/uni'
import { aMembership, aSession, aViewer, CITIES } from '../../records'

const AGREEMENT = '我已阅读并同意以上文本'
const enterprise = { id: 'enterprise_1', name: '示例机械有限公司' }

function invalid(mutation: string, ...fieldErrors: { field: string; message: string }[]) {
  const refusal = { __typename: 'ValidationFailed', code: 'VALIDATION_FAILED', message: '请修改', fieldErrors }
  return data({ [mutation]: refusal })
}

describe('registering', () => {
  async function opened() {
    answer('Cities', data({ cities: CITIES }))
    await useCity().load()
    return show(RegisterStep)
  }

  it('sends code and name tidied, and goes on acting for the new enterprise', async () => {
    const mine = aMembership({ id: 'membership_2', enterprise: { ...enterprise, registration: 'REGISTERED' } })
    useSession().open(aSession())
    answer('EnterpriseRegister', data({ enterpriseRegister: { __typename: 'Enterprise', ...enterprise } }))
    answer('Viewer', data({ viewer: aViewer({ memberships: [aMembership({ enterprise: null }), mine] }) }))
    answer('SessionActAs', data({ sessionActAs: aSession({ viewer: aViewer({ acting: mine }) }) }))
    const step = await opened()
    await fill(step, '统一社会信用代码', ' 91320281ma1abcde0x ')
    await fill(step, '企业名称', ' 示例机械有限公司 ')
    await fill(step, '注册城市', 'JIANGYIN')
    await press(step, '下一步')
    expect(lastVariables('EnterpriseRegister')).toEqual({
      input: { uscc: '91320281MA1ABCDE0X', name: '示例机械有限公司', city: 'JIANGYIN' },
    })
    expect(lastVariables('SessionActAs')).toEqual({ membershipId: 'membership_2' })
    expect(useSession().acting?.id).toBe('membership_2')
    expect(step.emitted('done')).toHaveLength(1)
  })

  it('says a sentence once: beside its field, or below where no field says it', async () => {
    const wrong = { field: 'uscc', message: '校验位不符' }
    const alone = { ...wrong, message: '请稍后再试' }
    const refused = (message: string, ...fieldErrors: (typeof wrong)[]) =>
      data({ enterpriseRegister: { __typename: 'ValidationFailed', code: 'VALIDATION_FAILED', message, fieldErrors } })
    answer('EnterpriseRegister', refused('校验位不符', wrong), refused('请稍后再试', { ...alone, field: 'other' }))
    const step = await opened()
    await press(step, '下一步')
    expect(step.findAll('.problem').map((one) => one.text())).toEqual(['校验位不符'])
    await press(step, '下一步')
    expect(step.findAll('.problem').map((one) => one.text())).toEqual(['请稍后再试'])
  })

  it('shows what the server found beside each field', async () => {
    answer(
      'EnterpriseRegister',
      invalid(
        'enterpriseRegister',
        { field: 'uscc', message: '校验位不符' },
        { field: 'name', message: '请填写企业名称' },
      ),
    )
    const step = await opened()
    await press(step, '下一步')
    expect(complaintOf(step, '统一社会信用代码')).toBe('校验位不符')
    expect(complaintOf(step, '企业名称')).toBe('请填写企业名称')
    expect(complaintOf(step, '注册城市')).toBe('')
    expect(step.emitted('done')).toBeUndefined()
  })
})

describe('proving the legal representative', () => {
  const text = { purpose: 'REAL_NAME' as const, version: '2', text: '同意与登记机关核对。' }
  const opened = () => show(VerifyStep, { enterprise, text })

  it('sends nothing without the consent', async () => {
    const step = opened()
    expect(control(step, AGREEMENT).checked).toBe(false)
    await press(step, '核对并继续')
    expect(complaintOf(step, AGREEMENT)).toBe('请阅读并同意后再继续')
    expect(asked).toEqual([])
  })

  it('sends name, number and the version that was read', async () => {
    answer('EnterpriseVerify', data({ enterpriseVerify: { __typename: 'Enterprise', ...enterprise } }))
    const step = opened()
    await fill(step, '法定代表人姓名', ' 示例甲 ')
    await fill(step, '法定代表人身份证号', '32028119000101001x')
    await fill(step, AGREEMENT)
    await press(step, '核对并继续')
    expect(lastVariables('EnterpriseVerify')).toEqual({
      id: 'enterprise_1',
      input: {
        legalRepresentative: '示例甲',
        idNumber: '32028119000101001X',
        consentTextVersion: '2',
      },
    })
    expect(step.emitted('done')).toHaveLength(1)
  })

  it('shows what the server found beside its field', async () => {
    answer('EnterpriseVerify', invalid('enterpriseVerify', { field: 'idNumber', message: '号码有误' }))
    const step = opened()
    await fill(step, AGREEMENT)
    await press(step, '核对并继续')
    expect(complaintOf(step, '法定代表人身份证号')).toBe('号码有误')
    expect(step.emitted('done')).toBeUndefined()
  })
})

describe('authorising the grading', () => {
  const text = { purpose: 'GRADING' as const, version: '3', text: '同意评定信用等级。' }

  it('sends nothing without the consent, then the same key until it is granted', async () => {
    answer('ConsentGrant', 'timeout', data({ consentGrant: { __typename: 'Consent', id: 'consent_1' } }))
    const step = show(AuthoriseStep, { enterprise, text })
    await press(step, '授权并评定')
    expect(complaintOf(step, AGREEMENT)).toBe('请阅读并同意后再继续')
    expect(timesAsked('ConsentGrant')).toBe(0)
    await fill(step, AGREEMENT)
    await press(step, '授权并评定')
    const first = lastVariables('ConsentGrant')
    expect(first).toEqual({
      input: {
        enterpriseId: 'enterprise_1',
        purpose: 'GRADING',
        textVersion: '3',
        idempotencyKey: expect.any(String),
      },
    })
    await press(step, '授权并评定')
    expect(lastVariables('ConsentGrant')).toEqual(first)
    expect(step.emitted('done')).toHaveLength(1)
  })
})

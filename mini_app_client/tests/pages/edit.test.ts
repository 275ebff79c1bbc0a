import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import EditPage from '@/pages/product/edit.vue'
import type { Role } from '@/generated/graphql'
import { useCity } from '@/stores/city'
import { useSession } from '@/stores/session'

import { complaintOf, press, seen, show } from '../doubles/page'
import { pageLife } from '../doubles/uni-app'
import { answer, data, timesAsked, uniDouble } from '../doubles/uni'
import { aMembership, aSession, aViewer, CITIES } from '../records'

async function openedBy(role: Role | null) {
  const acting = role && aMembership({ role, enterprise: null, institution: { id: 'institution_1', name: '示例银行' } })
  if (acting) useSession().open(aSession({ viewer: aViewer({ acting }) }))
  else await useSession().restore()
  const page = show(EditPage)
  pageLife('show')
  await flushPromises()
  return page
}

beforeEach(async () => {
  answer('Cities', data({ cities: CITIES }))
  answer('RuleWords', data({ ruleWords: { industries: [], qualifications: [] } }))
  answer('CityDistricts', data({ city: { code: 'JIANGYIN', districts: [] } }))
  await useCity().load()
})

describe('a product that is drafted', () => {
  it('can be tried before it is saved; gaps are named where they are, and nothing is asked', async () => {
    const page = await openedBy('PRODUCT_MANAGER')
    expect(complaintOf(page, '产品名称')).toBe('')
    await press(page, '开始试算')
    expect(timesAsked('RuleLab')).toBe(0)
    expect(complaintOf(page, '产品名称')).toBe('请填写')
    expect(complaintOf(page, '最低额度')).toBe('请填写数字')
    expect(page.get('.lab').text()).toContain('请先补全标出的内容，再试算')
  })

  it.each<Role>(['OFFICER', 'OPERATOR'])('is nothing for %s', async (role) => {
    const page = await openedBy(role)
    expect(seen(page.get('.face-title'))).toBe('只有机构的产品经理可以起草和修订产品')
    expect(page.find('.lab').exists()).toBe(false)
    expect(page.findAll('button').map(seen)).not.toContain('保存草稿')
  })

  it('shows whose session ended the way back in', async () => {
    const page = await openedBy(null)
    expect(seen(page.get('.face-title'))).toBe('请用单位开通的账号登录')
    expect(page.find('.lab').exists()).toBe(false)
    expect(page.findAll('button').map(seen)).not.toContain('保存草稿')
    await press(page, '去登录')
    expect(uniDouble.navigateTo).toHaveBeenCalledWith({ url: '/pages/session/staff' })
  })
})

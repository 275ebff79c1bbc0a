import { describe, expect, it } from 'vitest'

import {
  emptyFee,
  emptyProduct,
  typedOf,
  written,
  type TypedProduct,
} from '@/components/product/edit/form'

const whole = (own: Partial<TypedProduct> = {}): TypedProduct => ({
  ...emptyProduct(),
  name: ' 示例信用贷 ',
  minAmount: '1',
  maxAmount: '300',
  minTerm: '1',
  maxTerm: '36',
  guaranteeKinds: ['CREDIT'],
  repaymentMethods: ['EQUAL_INSTALMENTS'],
  rateBasis: '固定利率',
  prices: {
    ADVANCED: { rate: '3.45', limit: '100' },
    FIRST: { rate: '3.85', limit: '80' },
    CANDIDATE: { rate: '', limit: '' },
  },
  requiredGrade: ['FIRST'],
  materials: '营业执照\n\n 近12个月流水 \n',
  ...own,
})

describe('a product’s sheet as it is typed', () => {
  it('begins with nothing chosen', () => {
    const { requiredGrade, guaranteeKinds, sizes, districts, fees } = emptyProduct()
    expect([requiredGrade, guaranteeKinds, sizes, districts, fees]).toEqual([[], [], [], [], []])
  })

  it('is written as the API takes it', () => {
    expect(written(whole())).toEqual({
      gaps: {},
      content: {
        name: '示例信用贷',
        description: null,
        minAmount: '10000',
        maxAmount: '3000000',
        limitFormula: null,
        minTermMonths: 1,
        maxTermMonths: 36,
        guaranteeKinds: ['CREDIT'],
        repaymentMethods: ['EQUAL_INSTALMENTS'],
        rateBasis: '固定利率',
        prices: [
          { grade: 'ADVANCED', annualRate: '3.45', limitPercent: '100' },
          { grade: 'FIRST', annualRate: '3.85', limitPercent: '80' },
        ],
        fees: [],
        requiredGrade: 'FIRST',
        sizes: [],
        districts: [],
        minAgeMonths: null,
        figures: null,
        industries: [],
        soleTraders: false,
        tagGroups: [],
        schemes: [],
        materials: ['营业执照', '近12个月流水'],
      },
    })
  })

  it('left empty has a gap at each number and choice, and no content', () => {
    expect(written(emptyProduct())).toEqual({
      content: null,
      gaps: {
        name: '请填写',
        rateBasis: '请填写',
        guaranteeKinds: '请选择',
        repaymentMethods: '请选择',
        minAmount: '请填写数字',
        maxAmount: '请填写数字',
        minTermMonths: '请填写数字',
        maxTermMonths: '请填写数字',
        requiredGrade: '请选择',
      },
    })
  })

  it.each(['', '-1', '3,45', '1e2', '3.45678', 'NaN', '12345'])(
    'takes %j for no percentage of a fee',
    (percent) => {
      const fee = { ...emptyFee(), name: '担保费', payee: '示例担保公司', percent, when: '放款前' }
      expect(written(whole({ fees: [fee] }))).toEqual({ content: null, gaps: { fees: '请填写数字' } })
    },
  )

  it.each(['', '1.5', '-3', '12345', '十二'])('takes %j for no term', (minTerm) => {
    expect(written(whole({ minTerm })).gaps).toEqual({ minTermMonths: '请填写数字' })
  })

  it('wants a limit wherever there is a rate', () => {
    const prices = { ...whole().prices, CANDIDATE: { rate: '4.35', limit: '' } }
    expect(written(whole({ prices }))).toEqual({ content: null, gaps: { prices: '请填写数字' } })
  })

  it('that is revised without a change is written as it was', () => {
    const typed = typedOf({
      id: 'product_1',
      status: 'DRAFT',
      refusalReason: null,
      city: 'JIANGYIN',
      name: '示例税易贷',
      description: '按纳税额核定',
      minAmount: '125000.50',
      maxAmount: '5000000',
      limitFormula: null,
      prices: [{ grade: 'ADVANCED', annualRate: '3.4500', limitPercent: '100.0000' }],
      rateBasis: 'LPR+30基点',
      fees: [
        {
          name: '担保费',
          payee: '示例担保公司',
          amount: null,
          percentOfPrincipal: '0.5000',
          perYear: true,
          paidWhen: '放款前',
        },
        {
          name: '评估费',
          payee: '示例评估公司',
          amount: '800.50',
          percentOfPrincipal: null,
          perYear: false,
          paidWhen: '签约前',
        },
      ],
      minTermMonths: 6,
      maxTermMonths: 24,
      guaranteeKinds: ['GUARANTEED'],
      repaymentMethods: ['BULLET'],
      requiredGrade: 'CANDIDATE',
      districts: [{ code: '320281' }],
      sizes: ['SMALL'],
      industries: [{ code: 'C' }, { code: 'C3411' }],
      soleTraders: true,
      tagGroups: [['专精特新', '龙头企业'], ['有订单']],
      minAgeMonths: 24,
      figures: {
        minAnnualRevenue: '5000000',
        maxAnnualRevenue: null,
        minAnnualTax: '12500.5',
        minEmployees: 0,
        maxEmployees: 300,
        maxPublicRecords: 0,
        maxBadLoans: null,
      },
      schemes: ['省普惠金融发展风险补偿基金'],
      materials: ['营业执照', '纳税证明'],
    })
    expect(written(typed)).toEqual({
      gaps: {},
      content: {
        name: '示例税易贷',
        description: '按纳税额核定',
        minAmount: '125000.5',
        maxAmount: '5000000',
        limitFormula: null,
        minTermMonths: 6,
        maxTermMonths: 24,
        guaranteeKinds: ['GUARANTEED'],
        repaymentMethods: ['BULLET'],
        rateBasis: 'LPR+30基点',
        prices: [{ grade: 'ADVANCED', annualRate: '3.45', limitPercent: '100.00' }],
        fees: [
          {
            name: '担保费',
            payee: '示例担保公司',
            percentOfPrincipal: '0.50',
            perYear: true,
            paidWhen: '放款前',
          },
          {
            name: '评估费',
            payee: '示例评估公司',
            amount: '800.50',
            perYear: false,
            paidWhen: '签约前',
          },
        ],
        requiredGrade: 'CANDIDATE',
        sizes: ['SMALL'],
        districts: ['320281'],
        minAgeMonths: 24,
        figures: {
          minAnnualRevenue: '5000000',
          maxAnnualRevenue: null,
          minAnnualTax: '12500.5',
          minEmployees: 0,
          maxEmployees: 300,
          maxPublicRecords: 0,
          maxBadLoans: null,
        },
        industries: ['C', 'C3411'],
        soleTraders: true,
        tagGroups: [['专精特新', '龙头企业'], ['有订单']],
        schemes: ['省普惠金融发展风险补偿基金'],
        materials: ['营业执照', '纳税证明'],
      },
    })
  })
})

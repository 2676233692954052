import { type BinaryOperationNode, OperatorNode, PrimitiveValueListNode, SqliteQueryCompiler } from 'kysely'

/** Shorter lists have a parameter for each value. */
const shortest = 16

/**
 * Kysely's compiler, but a long list of numbers that a column is compared with (`in`) is one parameter, JSON: building
 * and binding a parameter for each of hundreds of values costs more than the search itself.
 */
export class ListCompiler extends SqliteQueryCompiler {
  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const { leftOperand, operator, rightOperand } = node
    const isIn = OperatorNode.is(operator) && operator.operator === 'in'
    const list = PrimitiveValueListNode.is(rightOperand) ? rightOperand.values : []
    if (!isIn || list.length <= shortest || !list.every(Number.isSafeInteger)) {
      return super.visitBinaryOperation(node)
    }
    this.visitNode(leftOperand)
    this.append(' in (select value from json_each(')
    this.appendValue(JSON.stringify(list))
    this.append('))')
  }
}

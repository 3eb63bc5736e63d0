"""Tools that belong to no single agent: arithmetic and handing over to a person."""

import ast
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, Overflow

from assistant.errors import ToolError
from assistant.tools.context import ToolContext
from assistant.tools.results import CalculationResult, HandoffResult

_MAX_LENGTH = 200
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def calculate(context: ToolContext, *, expression: str) -> CalculationResult:
    """Work out an arithmetic expression exactly.

    Args:
        expression: numbers, + - * / and brackets, such as '(52.20 - 3) * 2'.
    """
    if len(expression) > _MAX_LENGTH:
        raise ToolError(f"The expression is longer than {_MAX_LENGTH} characters.")
    try:
        value = _evaluate(ast.parse(expression, mode="eval").body).quantize(Decimal("0.01"), ROUND_HALF_UP)
    except (SyntaxError, ValueError, RecursionError):
        raise ToolError("That is no arithmetic expression; use numbers, + - * / and brackets.") from None
    except DivisionByZero:
        raise ToolError("The expression divides by zero.") from None
    except (InvalidOperation, Overflow):
        raise ToolError("The expression divides by zero, or its value is too large to write to the cent.") from None
    return CalculationResult(expression=expression, value=str(value))


def transfer_to_human_agents(context: ToolContext, *, summary: str) -> HandoffResult:
    """Ask a person to take over, when the customer wants one or nothing else can serve the request.

    Args:
        summary: what the customer wants, in one sentence.
    """
    return HandoffResult(reason=summary)


def _evaluate(node: ast.expr) -> Decimal:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Decimal(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_evaluate(node.left), _evaluate(node.right))
    raise ToolError("That is no arithmetic expression; use numbers, + - * / and brackets.")

"""Residuals are derived, and a further loss is one declaration."""

from __future__ import annotations

import mpmath
import pytest
import sympy

from theory import losses as module
from theory.losses import Loss, loss_named, losses, prediction_symbols, residual, residual_at_zero

SIZES = [(name, 1) for name in ("squared", "logistic", "exponential")] + [("squared", 3), ("softmax", 3)]


@pytest.mark.parametrize(("name", "outputs"), SIZES)
def test_residual_is_minus_the_numerical_derivative_of_the_loss(name, outputs):
    loss = loss_named(name, outputs)
    f, y = prediction_symbols(outputs)
    value = sympy.lambdify((*f, *y), loss.expression(f, y), "mpmath")
    slopes = [sympy.lambdify((*f, *y), slope, "mpmath") for slope in residual(loss, f, y)]
    with mpmath.workdps(40):
        place = [mpmath.mpf(k + 1) / 7 - mpmath.mpf(k * k) / 3 for k in range(2 * outputs)]
        for a, slope in enumerate(slopes):
            numerical = -mpmath.diff(lambda moved, a=a: value(*place[:a], moved, *place[a + 1 :]), place[a])
            assert abs(slope(*place) - numerical) < mpmath.mpf(10) ** -30


def test_residual_at_zero_is_what_a_small_initialisation_starts_from():
    (label,) = prediction_symbols()[1]
    starts = {name: residual_at_zero(loss_named(name))[0] for name in ("squared", "logistic", "exponential")}
    assert starts == {"squared": label, "logistic": label / 2, "exponential": label}


def test_residual_at_zero_of_softmax_is_the_label_minus_one_over_the_classes():
    labels = prediction_symbols(3)[1]
    third = sympy.Rational(1, 3)
    assert residual_at_zero(loss_named("softmax", 3), 3) == tuple(label - third for label in labels)


def test_losses_finds_a_further_declaration(monkeypatch):
    hinge = Loss("squared_hinge", lambda f, y: sympy.Max(0, 1 - y[0] * f[0]) ** 2, "one")
    monkeypatch.setattr(module, "SQUARED_HINGE", hinge, raising=False)
    assert losses()["squared_hinge"] is hinge


def test_loss_named_explains_an_unknown_name():
    with pytest.raises(ValueError, match=r"name='hinge'.*logistic"):
        loss_named("hinge")


def test_loss_named_rejects_outputs_that_do_not_fit():
    with pytest.raises(ValueError, match=r"one output.*outputs=2"):
        loss_named("logistic", 2)

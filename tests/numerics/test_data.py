"""Loading and scaling of two-class problems."""

import numpy as np
import pytest

from numerics.data import BUILT_IN, load_problem


def write(path, **arrays):
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_data_is_centred_with_unit_norm(name):
    problem = load_problem(name)
    assert np.abs(problem.x.mean(axis=0)).max() < 1e-12
    assert (problem.x**2).sum(axis=1).mean() == pytest.approx(1.0)
    assert set(problem.y) == {-1.0, 1.0}


def test_first_class_is_positive_by_default_and_order_is_respected(tmp_path):
    x = np.arange(12.0).reshape(6, 2)
    path = write(tmp_path / "a.npz", x=x, y=np.array([2, 0, 1, 0, 1, 2]), classes=np.array(["cat", "dog", "eel"]))
    assert load_problem(path).y.tolist() == [1, -1, 1, -1]
    assert load_problem(path).classes == ("cat", "dog")
    assert load_problem(path, ["eel", "cat"]).y.tolist() == [1, -1, -1, 1]
    assert load_problem(path, [1, 0]).classes == ("dog", "cat")


def test_options_change_the_inputs(tmp_path):
    x = np.random.default_rng(0).integers(0, 255, (6, 2, 2, 3)).astype(np.uint8)
    path = write(tmp_path / "a.npz", x=x, y=np.array([0, 0, 1, 1, 2, 2]))
    base = load_problem(path)
    assert base.x.shape == (4, 12)
    assert not np.allclose(base.x, load_problem(path, center=False).x)
    assert not np.allclose(base.x, load_problem(path, [0, 2]).x)


X, Y = np.random.default_rng(0).standard_normal((4, 3)), np.array([0, 0, 1, 1])


@pytest.mark.parametrize(
    ("arrays", "word"),
    [
        ({"y": Y}, "no array 'x'"),
        ({"x": X}, "no array 'y'"),
        ({"x": X, "y": Y[:3]}, "one length"),
        ({"x": X[:, 0], "y": Y}, "one length"),
        ({"x": X, "y": Y[:, None]}, "one length"),
        ({"x": np.where(X > 1, np.nan, X) * np.inf, "y": Y}, "not finite"),
        ({"x": X, "y": Y * 0}, "one class"),
        ({"x": np.ones((4, 3)), "y": Y}, "zero once centred"),
        ({"x": np.zeros((0, 3)), "y": np.zeros(0)}, "empty"),
        ({"x": X.astype(complex), "y": Y}, "real numbers"),
        ({"x": X.astype(object), "y": Y}, "pickled"),
    ],
)
def test_bad_arrays_are_rejected_in_one_line(tmp_path, arrays, word):
    with pytest.raises(ValueError, match=word) as error:
        load_problem(write(tmp_path / "bad.npz", **arrays))
    assert "\n" not in str(error.value)


def test_bad_files_are_rejected(tmp_path):
    with pytest.raises(ValueError, match="no file"):
        load_problem(tmp_path / "absent.npz")
    text = tmp_path / "text.npz"
    text.write_text("hello")
    with pytest.raises(ValueError, match=r"not a \.npz"):
        load_problem(text)
    np.save(tmp_path / "one.npy", X)
    with pytest.raises(ValueError, match="single array"):
        load_problem(tmp_path / "one.npy")


@pytest.mark.parametrize(("classes", "word"), [([0, 7], "no class 7"), ([0], "two classes"), ([1, 1], "same class")])
def test_bad_classes_are_rejected(tmp_path, classes, word):
    with pytest.raises(ValueError, match=word):
        load_problem(write(tmp_path / "a.npz", x=X, y=Y), classes)

"""What `dispatch` must find, on batches whose optimum is known by hand, by brute force or by another method."""

import pytest

pytest.register_assert_rewrite("tests.dispatch.build")
